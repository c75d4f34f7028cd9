package dev.skerry.blob.commit;

import dev.skerry.blob.Checksum;
import dev.skerry.blob.ChecksumAlgorithm;
import dev.skerry.blob.checksum.Crcs;
import dev.skerry.blob.checksum.RunningChecksum;
import dev.skerry.blob.commit.Command.NamedPart;
import dev.skerry.blob.commit.Command.Upload;
import dev.skerry.blob.commit.Command.UploadPart;
import dev.skerry.blob.failure.StoreFailure;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The checksum of a blob made from an upload's parts, whose bytes nobody reads again: composite, over the parts'
 * checksums; or over the whole object, which follows from those of the parts where the algorithm is a CRC. An upload
 * that nobody asked anything of has the CRC64NVME of the whole, as in S3, if its parts have theirs.
 *
 * @see <a href="https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html">Full
 *     object and composite checksum types</a>
 */
final class WholeChecksum {
    private final String uploadId;
    private final ChecksumAlgorithm algorithm;
    private final Checksum.Type type;
    private final boolean askedAtStart;
    private final @Nullable Checksum claimed;

    /**
     * Of an upload that asked for what {@code upload} says.
     *
     * @param claimed what the client says it will be, or null; where the start asked for nothing, this does
     */
    WholeChecksum(Upload upload, @Nullable Checksum claimed) {
        this.uploadId = upload.uploadId().value();
        this.claimed = claimed;
        this.askedAtStart = upload.checksumAlgorithm() != null;
        this.algorithm = algorithm(upload, claimed);
        this.type = type(upload, algorithm, claimed);
    }

    private static ChecksumAlgorithm algorithm(Upload upload, @Nullable Checksum claimed) {
        ChecksumAlgorithm asked = upload.checksumAlgorithm();
        if (asked != null) {
            return asked;
        }
        return claimed == null ? ChecksumAlgorithm.CRC64NVME : claimed.algorithm();
    }

    private static Checksum.Type type(Upload upload, ChecksumAlgorithm algorithm, @Nullable Checksum claimed) {
        if (upload.checksumType() != null) {
            return upload.checksumType();
        }
        if (upload.checksumAlgorithm() == null && claimed != null) {
            return claimed.type();
        }
        // What S3 takes for an upload that names an algorithm only.
        return algorithm == ChecksumAlgorithm.CRC64NVME ? Checksum.Type.FULL_OBJECT : Checksum.Type.COMPOSITE;
    }

    /**
     * S3 refuses to complete a composite upload whose parts are named without their checksums, or are not numbered from
     * one without a gap.
     */
    Optional<StoreFailure> misnamed(List<NamedPart> named) {
        if (!askedAtStart || type != Checksum.Type.COMPOSITE) {
            return Optional.empty();
        }
        return withoutChecksum(named).or(() -> afterGap(named));
    }

    private Optional<StoreFailure> withoutChecksum(List<NamedPart> named) {
        return named.stream()
                .filter(part -> part.checksums().stream().noneMatch(checksum -> checksum.algorithm() == algorithm))
                .findFirst()
                .map(part -> new StoreFailure.InvalidRequest("the upload was begun with " + algorithm
                        + " checksums, so its completion must name one for each part; part " + part.number()
                        + " has none"));
    }

    private Optional<StoreFailure> afterGap(List<NamedPart> named) {
        for (int i = 0; i < named.size(); i++) {
            if (named.get(i).number() != i + 1) {
                return Optional.of(
                        new StoreFailure.InvalidPartOrder(uploadId, named.get(i).number()));
            }
        }
        return Optional.empty();
    }

    /** The checksum, if those of the parts allow it. */
    Optional<Checksum> compute(List<UploadPart> parts) {
        List<byte[]> values = parts.stream()
                .flatMap(part -> part.checksums().stream()
                        .filter(checksum -> checksum.algorithm() == algorithm)
                        .limit(1))
                .map(Checksum::toBytes)
                .toList();
        if (values.size() != parts.size()) {
            return Optional.empty();
        }
        return switch (type) {
            case COMPOSITE -> Optional.of(composite(algorithm, values));
            case FULL_OBJECT ->
                Crcs.combinable(algorithm) ? Optional.of(combined(algorithm, parts, values)) : Optional.empty();
        };
    }

    private static Checksum composite(ChecksumAlgorithm algorithm, List<byte[]> values) {
        RunningChecksum running = RunningChecksum.of(algorithm);
        values.forEach(value -> running.update(value, 0, value.length));
        return new Checksum(algorithm, running.finish().value(), Checksum.Type.COMPOSITE);
    }

    private static Checksum combined(ChecksumAlgorithm algorithm, List<UploadPart> parts, List<byte[]> values) {
        byte[] whole = values.getFirst();
        for (int i = 1; i < parts.size(); i++) {
            whole = Crcs.combine(algorithm, whole, values.get(i), parts.get(i).sizeBytes());
        }
        return Checksum.full(algorithm, whole);
    }

    /** Why the client's claim does not hold, if it does not. */
    Optional<StoreFailure> contradiction(Optional<Checksum> computed) {
        if (claimed == null) {
            return Optional.empty();
        }
        if (claimed.algorithm() != algorithm || computed.isEmpty()) {
            return Optional.of(new StoreFailure.InvalidRequest("the parts have no checksums from which the "
                    + claimed.algorithm() + " of the whole could be told"));
        }
        return claimed.value().equals(computed.get().value())
                ? Optional.empty()
                : Optional.of(new StoreFailure.BadDigest(
                        StoreFailure.DigestKind.CHECKSUM,
                        algorithm,
                        claimed.value(),
                        computed.get().value()));
    }
}
