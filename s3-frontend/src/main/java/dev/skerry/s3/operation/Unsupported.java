package dev.skerry.s3.operation;

import dev.skerry.s3.error.S3ErrorCode;
import dev.skerry.s3.error.S3Exception;
import dev.skerry.s3.http.S3Request;

/**
 * Headers that ask for what is not there, refused before anything is stored: an object that its owner believes
 * encrypted must not be kept otherwise.
 */
final class Unsupported {
    private Unsupported() {}

    /** Refuses what a write of an object cannot have. */
    static void refuse(S3Request request) {
        refuseEncryption(request);
    }

    /** Refuses server-side encryption, of the object or of a copy's source. */
    static void refuseEncryption(S3Request request) {
        for (String name : request.headers().keySet()) {
            if (name.startsWith("x-amz-server-side-encryption")
                    || name.startsWith("x-amz-copy-source-server-side-encryption")) {
                throw new S3Exception(
                        S3ErrorCode.NOT_IMPLEMENTED,
                        "A header you provided implies functionality that is not implemented: " + name);
            }
        }
    }
}
