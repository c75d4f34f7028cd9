package dev.skerry.s3.operation;

import dev.skerry.blob.BlobMeta;
import dev.skerry.blob.Checksum;
import dev.skerry.blob.ChecksumAlgorithm;
import dev.skerry.s3.error.S3ErrorCode;
import dev.skerry.s3.error.S3Exception;
import dev.skerry.s3.http.S3Request;
import dev.skerry.s3.xml.XmlElement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Checksums in headers and documents. A composite one carries the number of its parts there: {@code value-N}. */
final class Checksums {
    /** Over what the checksum beside it was computed. */
    static final String TYPE_HEADER = "x-amz-checksum-type";

    private static final Map<ChecksumAlgorithm, String> HEADERS = Arrays.stream(ChecksumAlgorithm.values())
            .collect(Collectors.toMap(
                    Function.identity(),
                    algorithm -> "x-amz-checksum-" + algorithm.name().toLowerCase(Locale.ROOT)));

    private Checksums() {}

    /** The header that carries a checksum of that algorithm. */
    static String header(ChecksumAlgorithm algorithm) {
        return Objects.requireNonNull(HEADERS.get(algorithm));
    }

    /** The element that carries a checksum of that algorithm. */
    static String element(ChecksumAlgorithm algorithm) {
        return "Checksum" + algorithm.name();
    }

    /** As a client sees it; {@code parts} is how many parts a composite one covers. */
    static String shown(Checksum checksum, int parts) {
        return checksum.type() == Checksum.Type.COMPOSITE ? checksum.value() + "-" + parts : checksum.value();
    }

    /** Adds those of a whole object to headers. */
    static void addHeaders(BlobMeta meta, Map<String, String> headers) {
        for (Checksum checksum : meta.checksums()) {
            headers.put(
                    header(checksum.algorithm()),
                    shown(checksum, meta.uploadParts().size()));
            headers.put(TYPE_HEADER, checksum.type().name());
        }
    }

    /** Adds those of a part, or of a plain write, to headers. */
    static void addHeaders(List<Checksum> checksums, Map<String, String> headers) {
        for (Checksum checksum : checksums) {
            headers.put(header(checksum.algorithm()), checksum.value());
        }
    }

    /** Adds those of a whole object to a document, with their type. */
    static void addElements(BlobMeta meta, XmlElement parent) {
        for (Checksum checksum : meta.checksums()) {
            parent.add(
                    element(checksum.algorithm()),
                    shown(checksum, meta.uploadParts().size()));
        }
        meta.checksums().stream()
                .findFirst()
                .ifPresent(
                        checksum -> parent.add("ChecksumType", checksum.type().name()));
    }

    /** Adds those of a part to a document. */
    static void addElements(List<Checksum> checksums, XmlElement parent) {
        for (Checksum checksum : checksums) {
            parent.add(element(checksum.algorithm()), checksum.value());
        }
    }

    /**
     * The algorithm a header or element names.
     *
     * @throws S3Exception with InvalidRequest where there is no such algorithm
     */
    static ChecksumAlgorithm algorithm(String name) {
        for (ChecksumAlgorithm algorithm : ChecksumAlgorithm.values()) {
            if (algorithm.name().equalsIgnoreCase(name)) {
                return algorithm;
            }
        }
        throw new S3Exception(
                S3ErrorCode.INVALID_REQUEST,
                "Checksum algorithm provided is unsupported. Please try again with any of the valid types: [CRC32,"
                        + " CRC32C, CRC64NVME, SHA1, SHA256]");
    }

    /**
     * The type a header names.
     *
     * @throws S3Exception with InvalidRequest where there is no such type
     */
    static Optional<Checksum.Type> type(S3Request request) {
        Optional<String> name = request.header(TYPE_HEADER);
        if (name.isEmpty()) {
            return Optional.empty();
        }
        for (Checksum.Type type : Checksum.Type.values()) {
            if (type.name().equalsIgnoreCase(name.get())) {
                return Optional.of(type);
            }
        }
        throw new S3Exception(
                S3ErrorCode.INVALID_REQUEST, "Value for " + TYPE_HEADER + " header is invalid: " + name.get());
    }

    /** What a multipart upload's checksum covers where the client does not say. */
    static Checksum.Type defaultType(ChecksumAlgorithm algorithm) {
        return algorithm == ChecksumAlgorithm.CRC64NVME ? Checksum.Type.FULL_OBJECT : Checksum.Type.COMPOSITE;
    }

    /**
     * Whether a multipart upload can have it.
     *
     * @throws S3Exception with InvalidRequest where it cannot
     */
    static void requirePossible(ChecksumAlgorithm algorithm, Checksum.Type type) {
        boolean possible =
                type == Checksum.Type.COMPOSITE ? algorithm != ChecksumAlgorithm.CRC64NVME : !isSha(algorithm);
        if (!possible) {
            throw new S3Exception(
                    S3ErrorCode.INVALID_REQUEST,
                    "The " + type + " checksum type cannot be used with the " + algorithm + " checksum algorithm.");
        }
    }

    /** Those cannot be joined from the checksums of parts. */
    private static boolean isSha(ChecksumAlgorithm algorithm) {
        return algorithm == ChecksumAlgorithm.SHA1 || algorithm == ChecksumAlgorithm.SHA256;
    }

    /**
     * The checksum of a whole object that a client claims on completing an upload, {@code -N} and all.
     *
     * @param parts how many parts the client names
     * @throws S3Exception with BadDigest where it cannot be one
     */
    static Checksum claimed(ChecksumAlgorithm algorithm, String text, Optional<Checksum.Type> type, int parts) {
        int dash = text.indexOf('-');
        String value = dash < 0 ? text : text.substring(0, dash);
        boolean composite =
                dash >= 0 || type.map(Checksum.Type.COMPOSITE::equals).orElse(isSha(algorithm));
        boolean countHolds = dash < 0 || text.substring(dash + 1).equals(Integer.toString(parts));
        if (!countHolds || !Checksum.isValid(algorithm, value)) {
            throw new S3Exception(
                    S3ErrorCode.BAD_DIGEST,
                    "The " + algorithm + " you specified did not match the calculated checksum.");
        }
        return new Checksum(algorithm, value, composite ? Checksum.Type.COMPOSITE : Checksum.Type.FULL_OBJECT);
    }

    /** The checksums a part names in a CompleteMultipartUpload document; empty where one of them cannot be any. */
    static Optional<List<Checksum>> ofPart(XmlElement part) {
        List<Checksum> checksums = new ArrayList<>();
        for (ChecksumAlgorithm algorithm : ChecksumAlgorithm.values()) {
            Optional<String> value = part.textOf(element(algorithm)).map(String::strip);
            if (value.isEmpty()) {
                continue;
            }
            if (!Checksum.isValid(algorithm, value.get())) {
                return Optional.empty();
            }
            checksums.add(new Checksum(algorithm, value.get(), Checksum.Type.FULL_OBJECT));
        }
        return Optional.of(checksums);
    }

    /** The first checksum header of a request, by algorithm. */
    static Optional<ChecksumAlgorithm> sent(S3Request request) {
        for (ChecksumAlgorithm algorithm : ChecksumAlgorithm.values()) {
            if (request.header(header(algorithm)).isPresent()) {
                return Optional.of(algorithm);
            }
        }
        return Optional.empty();
    }
}
