package dev.skerry.blob.migrate;

import dev.skerry.blob.BlobAttributes;
import dev.skerry.blob.BlobContent;
import dev.skerry.blob.BlobId;
import dev.skerry.blob.BlobMeta;
import dev.skerry.blob.BlobPath;
import dev.skerry.blob.Durability;
import dev.skerry.blob.PartRef;
import dev.skerry.blob.VersionSelector;
import dev.skerry.blob.commit.Command.Body;
import dev.skerry.blob.commit.Command.ImportBlob;
import dev.skerry.blob.commit.Command.Origin;
import dev.skerry.blob.commit.CommandResult;
import dev.skerry.blob.commit.CommandResult.Refused;
import dev.skerry.blob.commit.CommandResult.Written;
import dev.skerry.blob.commit.TwoPhaseWrite;
import dev.skerry.blob.failure.StoreException;
import dev.skerry.blob.failure.StoreFailure;
import dev.skerry.blob.migrate.LegacyStore.Chunk;
import dev.skerry.blob.migrate.LegacyStore.Generation;
import dev.skerry.blob.migrate.MigrationProblem.Kind;
import dev.skerry.blob.part.PartStore;
import dev.skerry.blob.placement.PlacementPolicy.Placement;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Brings one generation in: its bytes first, hashed on the way, then the row that makes them count. */
final class Transfer {
    /** User metadata that keep what has no column here. */
    static final String MODIFIED_AT = "legacy-modified-at";

    static final String DELETED_AT = "legacy-deleted-at";

    private final Migration.Ports ports;
    private final MigrationSettings settings;
    private final TwoPhaseWrite write;

    Transfer(Migration.Ports ports, MigrationSettings settings) {
        this.ports = ports;
        this.settings = settings;
        this.write = new TwoPhaseWrite(ports.parts(), ports.log());
    }

    /** What became of a generation. */
    sealed interface Result {}

    /** It is in. */
    record Brought() implements Result {}

    /** It was in already. */
    record Present() implements Result {}

    /** It stays out. */
    record Faulty(Kind kind, String detail) implements Result {}

    /** Ends the staging of bytes that are not what they should be; never leaves this class. */
    private static final class WrongBytes extends Exception {
        private static final long serialVersionUID = 1L;
        private final String detail;

        WrongBytes(String detail) {
            super(detail);
            this.detail = detail;
        }
    }

    /** A generation, for people. */
    static String subject(Generation generation) {
        return generation.path() + " version " + generation.generation();
    }

    /** What is wrong with a generation as far as one sees without reading its bytes. */
    static Optional<Faulty> outwardFault(Generation generation) {
        long bytes = 0;
        for (Chunk chunk : generation.chunks()) {
            bytes += chunk.lengthBytes();
            Optional<Faulty> fault = outwardFault(chunk, generation.archive());
            if (fault.isPresent()) {
                return fault;
            }
        }
        if (bytes == generation.sizeBytes()) {
            return Optional.empty();
        }
        return Optional.of(
                bytes == 0 && generation.archive() != null
                        ? archived(generation.archive())
                        : new Faulty(
                                Kind.DAMAGED,
                                "chunks of " + bytes + " bytes in all (expected: " + generation.sizeBytes() + ")"));
    }

    private static Optional<Faulty> outwardFault(Chunk chunk, @Nullable String archive) {
        try {
            if (!Files.isRegularFile(chunk.file())) {
                return Optional.of(
                        archive == null ? new Faulty(Kind.DAMAGED, chunk.file() + " is missing") : archived(archive));
            }
            long length = Files.size(chunk.file());
            if (length != chunk.lengthBytes()) {
                return Optional.of(new Faulty(
                        Kind.DAMAGED,
                        chunk.file() + " has " + length + " bytes (expected: " + chunk.lengthBytes() + ")"));
            }
        } catch (IOException e) {
            return Optional.of(new Faulty(Kind.DAMAGED, chunk.file() + " cannot be read: " + e));
        }
        return chunk.lengthBytes() <= PartRef.MAX_PART_BYTES
                ? Optional.empty()
                : Optional.of(new Faulty(
                        Kind.DAMAGED,
                        chunk.file() + " has " + chunk.lengthBytes() + " bytes (expected: " + PartRef.MAX_PART_BYTES
                                + " or fewer)"));
    }

    private static Faulty archived(String archive) {
        return new Faulty(
                Kind.ARCHIVED,
                "its bytes are in " + archive
                        + ", and archives cannot be read yet; fetch it back into the older store");
    }

    /** Brings a generation in, unless it is there. */
    Result bring(BlobPath path, Generation old, boolean versioned) {
        Placement placement = ports.placement().computePlacement(path);
        BlobId made = Destinations.madeId(path, old);
        Optional<BlobId> kept = Destinations.keptId(old, ports.clock().now().instant());
        Optional<BlobMeta> there =
                ports.metadata().find(placement.slot(), path, new VersionSelector.ByGeneration(number(old)));
        if (there.isPresent()) {
            BlobId id = there.get().blobId();
            return id.equals(made) || (kept.isPresent() && id.equals(kept.get())) ? new Present() : conflict();
        }
        Optional<Faulty> fault = outwardFault(old);
        if (fault.isPresent()) {
            return fault.get();
        }
        // an id that two generations of the older store share names neither of them
        BlobId id = kept.filter(each ->
                        ports.metadata().byBlobId(placement.slot(), each).isEmpty())
                .orElse(made);
        try {
            return toResult(commit(placement, path, id, old, versioned));
        } catch (WrongBytes e) {
            return new Faulty(Kind.DAMAGED, e.detail);
        } catch (IOException e) {
            return new Faulty(Kind.DAMAGED, "cannot be read: " + e);
        }
    }

    private static Faulty conflict() {
        return new Faulty(Kind.CONFLICT, "the new store has that version of that path from elsewhere");
    }

    private static Result toResult(CommandResult result) {
        return switch (result) {
            case Written written -> written.replay() ? new Present() : new Brought();
            case Refused(StoreFailure failure) when failure instanceof StoreFailure.VersionConflict -> conflict();
            case Refused(StoreFailure failure) -> throw new StoreException(failure);
            case CommandResult.Deleted _,
                    CommandResult.UploadBegun _,
                    CommandResult.PartAdded _,
                    CommandResult.Purged _,
                    CommandResult.Done _ -> throw new IllegalStateException("result of an import: " + result);
        };
    }

    private static dev.skerry.blob.Generation number(Generation old) {
        return new dev.skerry.blob.Generation(old.generation());
    }

    private CommandResult commit(Placement placement, BlobPath path, BlobId id, Generation old, boolean versioned)
            throws WrongBytes, IOException {
        if (old.tombstone()) {
            return write.commit(placement.slot(), command(placement, path, id, old, versioned, null));
        }
        if (old.sizeBytes() <= settings.inlineThresholdBytes()) {
            return write.commit(placement.slot(), command(placement, path, id, old, versioned, inline(old)));
        }
        // what an earlier run left there when it was killed is in the way, and nobody's
        ports.parts().discard(placement.slot(), id);
        try (TwoPhaseWrite.Prepared prepared = write.prepare(placement.slot(), id, Durability.ALWAYS)) {
            Body body = stage(old, prepared.staging());
            return prepared.commit(
                    command(placement, path, id, old, versioned, body),
                    result -> result instanceof Written written && !written.replay());
        }
    }

    private ImportBlob command(
            Placement placement, BlobPath path, BlobId id, Generation old, boolean versioned, @Nullable Body body) {
        Origin origin = new Origin(placement.group(), ports.clock().now(), BlobMeta.LOCAL_REGION, Durability.ALWAYS);
        // Hidden as of now: what a store keeps of its deleted versions begins with its bucket, and so does their grace.
        Instant hiddenAt = old.hiddenAt() == null ? null : origin.at();
        return new ImportBlob(
                origin, path, number(old), id, !versioned, body, attributes(old), old.createdAt(), hiddenAt);
    }

    private BlobAttributes attributes(Generation old) {
        Map<String, String> metadata = new HashMap<>();
        if (old.modifiedAt() != null) {
            metadata.put(MODIFIED_AT, old.modifiedAt().toString());
        }
        if (old.hiddenAt() != null) {
            metadata.put(DELETED_AT, old.hiddenAt().toString());
        }
        BlobAttributes owned = BlobAttributes.ownedBy(settings.ownerId());
        return new BlobAttributes(
                owned.headers(), metadata, owned.tags(), owned.ownerId(), owned.storageClass(), null, null, null);
    }

    private static Body inline(Generation old) throws WrongBytes, IOException {
        byte[] whole = new byte[Math.toIntExact(old.sizeBytes())];
        int offset = 0;
        for (Chunk chunk : old.chunks()) {
            byte[] bytes = Files.readAllBytes(chunk.file());
            WholeDigest digest = new WholeDigest();
            digest.update(bytes);
            requireSame(chunk, digest.sha256().hex(), bytes.length);
            System.arraycopy(bytes, 0, whole, offset, bytes.length);
            offset += bytes.length;
        }
        WholeDigest digest = new WholeDigest();
        digest.update(whole);
        return new Body(
                whole.length,
                digest.md5(),
                digest.sha256(),
                List.of(),
                new BlobContent.Inline(whole, WholeDigest.crc32c(whole)));
    }

    private static Body stage(Generation old, PartStore.Staging staging) throws WrongBytes, IOException {
        WholeDigest digest = new WholeDigest();
        List<PartRef> parts = new ArrayList<>();
        long offset = 0;
        for (Chunk chunk : old.chunks()) {
            if (chunk.lengthBytes() > 0) {
                PartRef part = staging.adopt(chunk.file(), parts.size(), offset, digest::update);
                requireSame(chunk, part.sha256().hex(), part.lengthBytes());
                parts.add(part);
                offset += part.lengthBytes();
            }
        }
        return new Body(offset, digest.md5(), digest.sha256(), List.of(), new BlobContent.Parts(parts));
    }

    private static void requireSame(Chunk chunk, String sha256, long lengthBytes) throws WrongBytes {
        if (lengthBytes != chunk.lengthBytes() || !sha256.equals(chunk.sha256().hex())) {
            throw new WrongBytes(chunk.file() + " has " + lengthBytes + " bytes that hash to " + sha256 + " (expected: "
                    + chunk.lengthBytes() + " and " + chunk.sha256() + ")");
        }
    }
}
