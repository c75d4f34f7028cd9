package dev.skerry.s3.auth;

import dev.skerry.blob.Checksum;
import dev.skerry.blob.ChecksumAlgorithm;
import dev.skerry.http.RequestHead;
import dev.skerry.s3.Compatibility;
import dev.skerry.s3.error.S3ErrorCode;
import dev.skerry.s3.error.S3Exception;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a request's head says its body hashes to.
 *
 * @param md5 hexadecimal, or null
 * @param checksum by header, or null
 * @param announced the checksum the trailer will carry, or null
 * @param compatibility whose code a malformed checksum gets
 */
record BodyDigests(
        @Nullable String md5,
        @Nullable Checksum checksum,
        @Nullable ChecksumAlgorithm announced,
        Compatibility compatibility) {
    private static final String PREFIX = "x-amz-checksum-";
    private static final int MD5_BYTES = 16;

    /**
     * Reads them.
     *
     * @throws S3Exception with InvalidDigest, InvalidRequest or BadDigest where one is malformed or there are too many
     */
    static BodyDigests of(RequestHead head, Compatibility compatibility) {
        BodyDigests digests = new BodyDigests(md5(head), checksum(head, compatibility), announced(head), compatibility);
        if (digests.checksum != null && digests.announced != null) {
            throw tooMany();
        }
        head.header("x-amz-sdk-checksum-algorithm").ifPresent(digests::check);
        return digests;
    }

    /** Only the MD5: where checksum headers speak of something else than the request's body. */
    static BodyDigests md5Only(RequestHead head) {
        return new BodyDigests(md5(head), null, null, Compatibility.AWS);
    }

    /**
     * The checksums of the trailer, which must be what the head announced.
     *
     * @throws S3Exception with MalformedTrailerError, InvalidRequest or BadDigest
     */
    List<Checksum> ofTrailer(Map<String, String> trailer) {
        if (announced == null) {
            if (!trailer.isEmpty()) {
                throw new S3Exception(S3ErrorCode.MALFORMED_TRAILER);
            }
            return List.of();
        }
        String value = trailer.get(name(announced));
        if (value == null || trailer.size() != 1) {
            throw new S3Exception(S3ErrorCode.MALFORMED_TRAILER);
        }
        return List.of(checksum(announced, value, "trailing header", compatibility));
    }

    private static @Nullable String md5(RequestHead head) {
        Optional<String> given = head.header("content-md5");
        if (given.isEmpty()) {
            return null;
        }
        try {
            byte[] md5 = Base64.getDecoder().decode(given.get());
            if (md5.length == MD5_BYTES) {
                return HexFormat.of().formatHex(md5);
            }
        } catch (IllegalArgumentException _) {
            // answered below
        }
        throw new S3Exception(
                S3ErrorCode.INVALID_DIGEST, S3ErrorCode.INVALID_DIGEST.message(), Map.of("Content-MD5", given.get()));
    }

    private static @Nullable Checksum checksum(RequestHead head, Compatibility compatibility) {
        List<Checksum> checksums = new ArrayList<>();
        for (ChecksumAlgorithm algorithm : ChecksumAlgorithm.values()) {
            head.header(name(algorithm))
                    .ifPresent(value -> checksums.add(checksum(algorithm, value, "header", compatibility)));
        }
        if (checksums.size() > 1) {
            throw tooMany();
        }
        return checksums.isEmpty() ? null : checksums.getFirst();
    }

    private static @Nullable ChecksumAlgorithm announced(RequestHead head) {
        String names = String.join(",", head.headers().getOrDefault("x-amz-trailer", List.of()));
        ChecksumAlgorithm announced = null;
        for (String name : names.toLowerCase(Locale.ROOT).split(",", -1)) {
            if (name.isBlank()) {
                continue;
            }
            ChecksumAlgorithm algorithm = byName(name.trim())
                    .orElseThrow(() -> new S3Exception(
                            S3ErrorCode.INVALID_REQUEST,
                            "The value specified in the x-amz-trailer header is not supported"));
            if (announced != null) {
                throw tooMany();
            }
            announced = algorithm;
        }
        return announced;
    }

    private static Checksum checksum(
            ChecksumAlgorithm algorithm, String value, String where, Compatibility compatibility) {
        if (!Checksum.isValid(algorithm, value)) {
            throw new S3Exception(
                    compatibility.malformedChecksum(), "Value for " + name(algorithm) + " " + where + " is invalid.");
        }
        return new Checksum(algorithm, value, Checksum.Type.FULL_OBJECT);
    }

    /** The algorithm an SDK says it used must be one, and the one that came. */
    private void check(String sdkAlgorithm) {
        ChecksumAlgorithm algorithm = byName(PREFIX + sdkAlgorithm.toLowerCase(Locale.ROOT))
                .orElseThrow(() -> new S3Exception(
                        S3ErrorCode.INVALID_REQUEST,
                        "Checksum algorithm provided is unsupported. Please try again with any of the valid types:"
                                + " [CRC32, CRC32C, CRC64NVME, SHA1, SHA256]"));
        ChecksumAlgorithm came = checksum != null ? checksum.algorithm() : announced;
        if (came == null) {
            throw new S3Exception(
                    S3ErrorCode.INVALID_REQUEST,
                    "x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or x-amz-trailer"
                            + " headers were found.");
        }
        if (came != algorithm) {
            throw new S3Exception(
                    S3ErrorCode.INVALID_REQUEST, "Value for x-amz-sdk-checksum-algorithm header is invalid.");
        }
    }

    private static Optional<ChecksumAlgorithm> byName(String headerName) {
        for (ChecksumAlgorithm algorithm : ChecksumAlgorithm.values()) {
            if (name(algorithm).equals(headerName)) {
                return Optional.of(algorithm);
            }
        }
        return Optional.empty();
    }

    private static String name(ChecksumAlgorithm algorithm) {
        return PREFIX + algorithm.name().toLowerCase(Locale.ROOT);
    }

    private static S3Exception tooMany() {
        return new S3Exception(
                S3ErrorCode.INVALID_REQUEST,
                "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.");
    }
}
