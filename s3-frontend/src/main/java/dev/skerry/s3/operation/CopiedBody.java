package dev.skerry.s3.operation;

import dev.skerry.blob.BlobMeta;
import dev.skerry.blob.Checksum;
import dev.skerry.blob.store.BlobBody;
import dev.skerry.blob.store.BlobReader;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** The bytes of one object, or a range of them, on their way into another. */
final class CopiedBody implements BlobBody {
    private final BlobReader source;
    private final long lengthBytes;
    private final Expected expected;

    private CopiedBody(BlobReader source, long lengthBytes, Expected expected) {
        this.source = source;
        this.lengthBytes = lengthBytes;
        this.expected = expected;
    }

    /**
     * All of it: what the source is known to hash to, the copy must.
     *
     * @param keepChecksums whether the copy has the checksums of the source
     */
    static CopiedBody whole(BlobReader source, boolean keepChecksums) {
        BlobMeta meta = source.meta();
        List<Checksum> checksums = keepChecksums
                ? meta.checksums().stream()
                        .filter(checksum -> checksum.type() == Checksum.Type.FULL_OBJECT)
                        .toList()
                : List.of();
        return new CopiedBody(
                source, meta.sizeBytes(), new Expected(meta.etagIsMd5() ? meta.etag() : null, null, checksums));
    }

    /** A range of it. */
    static CopiedBody part(BlobReader source, ByteRange range) {
        source.range(range.firstInclusive(), range.lengthBytes());
        return new CopiedBody(source, range.lengthBytes(), Expected.NOTHING);
    }

    @Override
    public @Nullable ByteBuffer next() {
        return source.next();
    }

    @Override
    public OptionalLong declaredBytes() {
        return OptionalLong.of(lengthBytes);
    }

    @Override
    public Expected expected() {
        return expected;
    }

    @Override
    public void close() {
        source.close();
    }
}
