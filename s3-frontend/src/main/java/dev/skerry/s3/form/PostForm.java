package dev.skerry.s3.form;

import dev.skerry.http.BodySource;
import dev.skerry.s3.error.S3ErrorCode;
import dev.skerry.s3.error.S3Exception;
import dev.skerry.s3.form.MultipartReader.PartHead;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A form that uploads a file: its fields up to the file, which are read, and the file, which is not yet. What follows
 * the file is ignored. Used by one thread.
 *
 * @see <a href="https://docs.aws.amazon.com/AmazonS3/latest/API/RESTObjectPOST.html">POST Object</a>
 */
public final class PostForm {
    private static final String FILE = "file";
    private static final String FILE_NAME = "${filename}";

    /** More than this nobody has around the largest file. */
    private static final int AROUND_FILE_BYTES = 1024 * 1024;

    private final Map<String, String> fields;
    private final Map<String, String> namesAsSent;
    private final MultipartReader reader;

    private PostForm(Map<String, String> fields, Map<String, String> namesAsSent, MultipartReader reader) {
        this.fields = Collections.unmodifiableMap(fields);
        this.namesAsSent = Collections.unmodifiableMap(namesAsSent);
        this.reader = reader;
    }

    /**
     * Reads a form up to the content of its file.
     *
     * @param contentType of the request
     * @throws S3Exception with MissingContentLength, EntityTooLarge, MalformedPOSTRequest,
     *     MaxPostPreDataLengthExceeded, or InvalidArgument where there is no file
     */
    public static PostForm read(BodySource source, String contentType) {
        if (source.declaredBytes().isEmpty() && !source.chunked()) {
            throw new S3Exception(S3ErrorCode.MISSING_CONTENT_LENGTH);
        }
        long declared = source.declaredBytes().orElse(0);
        if (declared > SizeRange.ANY.maximumBytes() + AROUND_FILE_BYTES) {
            throw FormFile.tooLarge(declared, SizeRange.ANY.maximumBytes());
        }
        MultipartReader reader = MultipartReader.of(source, contentType);
        Map<String, String> fields = new LinkedHashMap<>();
        Map<String, String> names = new LinkedHashMap<>();
        for (Optional<PartHead> part = reader.nextPart(); part.isPresent(); part = reader.nextPart()) {
            PartHead head = part.get();
            String name = head.name().toLowerCase(Locale.ROOT);
            if (name.equals(FILE) && head.formField()) {
                reader.beginFile();
                fields.replaceAll((_, value) -> expanded(value, head.fileName()));
                return new PostForm(fields, names, reader);
            }
            fields.merge(name, reader.text(), (before, more) -> before + "," + more);
            names.putIfAbsent(name, head.name());
        }
        throw S3Exception.of(
                S3ErrorCode.INVALID_ARGUMENT,
                "POST requires exactly one file upload per request.",
                "ArgumentName",
                FILE,
                "ArgumentValue",
                "0");
    }

    /** With the name of the file in its place: what is behind the last slash of either kind. */
    private static String expanded(String value, @Nullable String fileName) {
        if (fileName == null || !value.contains(FILE_NAME)) {
            return value;
        }
        int slash = Math.max(fileName.lastIndexOf('/'), fileName.lastIndexOf('\\'));
        String whole = value.replace(FILE_NAME, fileName.substring(slash + 1));
        if (whole.length() > MultipartReader.MAX_FORM_BYTES) {
            throw MultipartReader.tooLarge();
        }
        return whole;
    }

    /** The fields by lower-case name, in order; several of one name are joined by commas. */
    public Map<String, String> fields() {
        return fields;
    }

    /** A field, by its lower-case name. */
    public Optional<String> field(String lowerCaseName) {
        return Optional.ofNullable(fields.get(lowerCaseName));
    }

    /**
     * A field that must be there and say something.
     *
     * @param name as S3 writes it
     * @throws S3Exception with InvalidArgument
     */
    public String required(String name) {
        return field(name.toLowerCase(Locale.ROOT))
                .filter(value -> !value.isEmpty())
                .orElseThrow(() -> missing(name));
    }

    /** The refusal of a form that lacks a field before its file. */
    public static S3Exception missing(String name) {
        return S3Exception.of(
                S3ErrorCode.INVALID_ARGUMENT,
                "Bucket POST must contain a field named '" + name
                        + "'.  If it is specified, please check the order of the fields.",
                "ArgumentName",
                name,
                "ArgumentValue",
                "");
    }

    /** The name of a field as it was sent. */
    String nameAsSent(String lowerCaseName) {
        return namesAsSent.getOrDefault(lowerCaseName, lowerCaseName);
    }

    /**
     * The content of the file, to be pulled once; it ends with an error where it is not of a size within the bounds.
     */
    public BodySource file(SizeRange sizes) {
        return new FormFile(reader, sizes);
    }
}
