package dev.skerry.s3.operation;

import dev.skerry.s3.error.S3ErrorCode;
import dev.skerry.s3.error.S3Exception;
import dev.skerry.s3.http.S3Request;
import dev.skerry.s3.xml.XmlElement;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Tag sets in headers and documents, with S3's limits.
 *
 * @see <a href="https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-tagging.html">Object tagging</a>
 */
final class Tags {
    /** The header that tags an object as it is written. */
    static final String HEADER = "x-amz-tagging";

    /** The most tags an object has. */
    static final int MAX_OBJECT_TAGS = 10;

    /** The most tags a bucket has. */
    static final int MAX_BUCKET_TAGS = 50;

    /** The root of a tag document. */
    static final String ROOT = "Tagging";

    private static final int MAX_NAME_CHARACTERS = 128;
    private static final int MAX_VALUE_CHARACTERS = 256;
    private static final Pattern ALLOWED = Pattern.compile("[\\p{L}\\p{M}\\p{N}\\p{Zs}_.:/=+\\-@]*");

    private Tags() {}

    /** The tags of a request's {@value #HEADER}; none where it has none. */
    static Map<String, String> ofHeader(S3Request request) {
        return request.header(HEADER).map(Tags::parse).orElse(Map.of());
    }

    /** Reads {@code name=value&name=value}. */
    static Map<String, String> parse(String header) {
        Map<String, String> tags = new LinkedHashMap<>();
        if (header.isEmpty()) {
            return tags;
        }
        for (String pair : header.split("&", -1)) {
            int equals = pair.indexOf('=');
            String name = decode(equals < 0 ? pair : pair.substring(0, equals));
            String value = equals < 0 ? "" : decode(pair.substring(equals + 1));
            add(name, value, tags, MAX_OBJECT_TAGS);
        }
        return tags;
    }

    private static String decode(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException _) {
            throw S3Exception.of(
                    S3ErrorCode.INVALID_ARGUMENT,
                    "The header '" + HEADER + "' shall be encoded as UTF-8 then URLEncoded URL query parameters without"
                            + " tag name duplicates.",
                    "ArgumentName",
                    HEADER,
                    "ArgumentValue",
                    text);
        }
    }

    /** Reads a {@code Tagging} document. */
    static Map<String, String> parse(XmlElement tagging, int maximum) {
        Map<String, String> tags = new LinkedHashMap<>();
        XmlElement set = tagging.first("TagSet").orElseThrow(() -> new S3Exception(S3ErrorCode.MALFORMED_XML));
        for (XmlElement tag : set.children()) {
            if (!tag.name().equals("Tag")) {
                throw new S3Exception(S3ErrorCode.MALFORMED_XML);
            }
            String name = tag.textOf("Key").orElseThrow(() -> new S3Exception(S3ErrorCode.MALFORMED_XML));
            String value = tag.textOf("Value").orElseThrow(() -> new S3Exception(S3ErrorCode.MALFORMED_XML));
            add(name, value, tags, maximum);
        }
        return tags;
    }

    private static void add(String name, String value, Map<String, String> tags, int maximum) {
        int nameLength = name.codePointCount(0, name.length());
        if (nameLength < 1
                || nameLength > MAX_NAME_CHARACTERS
                || !ALLOWED.matcher(name).matches()) {
            throw invalid("The TagKey you have provided is invalid", name, value);
        }
        if (value.codePointCount(0, value.length()) > MAX_VALUE_CHARACTERS
                || !ALLOWED.matcher(value).matches()) {
            throw invalid("The TagValue you have provided is invalid", name, value);
        }
        if (name.startsWith("aws:")) {
            throw invalid("System tags cannot be added/updated by requester", name, value);
        }
        if (tags.put(name, value) != null) {
            throw invalid("Cannot provide multiple Tags with the same key", name, value);
        }
        if (tags.size() > maximum) {
            throw new S3Exception(
                    S3ErrorCode.INVALID_TAG,
                    maximum == MAX_OBJECT_TAGS
                            ? "Object tags cannot be greater than " + maximum
                            : "Bucket tag count cannot be greater than " + maximum);
        }
    }

    private static S3Exception invalid(String message, String name, String value) {
        return S3Exception.of(S3ErrorCode.INVALID_TAG, message, "TagKey", name, "TagValue", value);
    }

    /** As a document, by ascending name. */
    static XmlElement document(Map<String, String> tags) {
        XmlElement tagging = new XmlElement(ROOT);
        XmlElement set = tagging.child("TagSet");
        new TreeMap<>(tags)
                .forEach((name, value) -> set.child("Tag").add("Key", name).add("Value", value));
        return tagging;
    }
}
