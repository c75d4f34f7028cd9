package dev.skerry.s3.form;

import dev.skerry.http.BodySource;
import dev.skerry.s3.error.S3ErrorCode;
import dev.skerry.s3.error.S3Exception;
import java.nio.ByteBuffer;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** The file of a form, whose length nobody knows before its end. Used by one thread. */
final class FormFile implements BodySource {
    private final MultipartReader reader;
    private final SizeRange sizes;
    private long given;

    FormFile(MultipartReader reader, SizeRange sizes) {
        this.reader = reader;
        this.sizes = sizes;
    }

    @Override
    public @Nullable ByteBuffer next() {
        byte[] run = reader.content();
        given += run == null ? 0 : run.length;
        if (given > sizes.maximumBytes()) {
            throw tooLarge(given, sizes.maximumBytes());
        }
        if (run == null && given < sizes.minimumBytes()) {
            throw refusal(S3ErrorCode.ENTITY_TOO_SMALL, given, "MinSizeAllowed", sizes.minimumBytes());
        }
        return run == null ? null : ByteBuffer.wrap(run);
    }

    /** The refusal of a file, of which so much is known to come. */
    static S3Exception tooLarge(long proposedBytes, long maximumBytes) {
        return refusal(S3ErrorCode.ENTITY_TOO_LARGE, proposedBytes, "MaxSizeAllowed", maximumBytes);
    }

    private static S3Exception refusal(S3ErrorCode code, long proposedBytes, String bound, long boundBytes) {
        return S3Exception.of(
                code, code.message(), "ProposedSize", Long.toString(proposedBytes), bound, Long.toString(boundBytes));
    }

    @Override
    public OptionalLong declaredBytes() {
        return OptionalLong.empty();
    }

    @Override
    public boolean chunked() {
        return true; // its end is told by what comes, not by a length
    }
}
