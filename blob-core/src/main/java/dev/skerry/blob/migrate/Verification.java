package dev.skerry.blob.migrate;

import dev.skerry.blob.BlobContent;
import dev.skerry.blob.BlobPath;
import dev.skerry.blob.PartRef;
import dev.skerry.blob.Sha256;
import dev.skerry.blob.SlotId;
import dev.skerry.blob.StoredBlob;
import dev.skerry.blob.VersionSelector;
import dev.skerry.blob.failure.StoreException;
import dev.skerry.blob.migrate.LegacyStore.Chunk;
import dev.skerry.blob.migrate.LegacyStore.Generation;
import dev.skerry.blob.migrate.MigrationProblem.Kind;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Looks, when all is done, whether the new store has what the older ones have: the rows, the digests, the files. */
final class Verification {
    private final Migration.Ports ports;
    private final Destinations destinations;
    private final Problems problems;
    private long verified;

    Verification(Migration.Ports ports, Destinations destinations, Problems problems) {
        this.ports = ports;
        this.destinations = destinations;
        this.problems = problems;
    }

    /** How many generations are there as they should be. Those that were not brought in were spoken of before. */
    long verify(List<LegacyStore> sources) {
        for (LegacyStore source : sources) {
            source.visit(entry -> {
                if (entry instanceof Generation generation) {
                    verify(generation);
                }
            });
        }
        return verified;
    }

    private void verify(Generation old) {
        BlobPath path = destinations.path(old.path()).orElseThrow();
        SlotId slot = ports.placement().computePlacement(path).slot();
        Optional<StoredBlob> found = ports.metadata()
                .open(slot, path, new VersionSelector.ByGeneration(new dev.skerry.blob.Generation(old.generation())))
                .filter(blob -> isOf(blob, path, old));
        if (found.isEmpty()) {
            return;
        }
        try {
            if (same(slot, found.get(), old)) {
                verified++;
            } else {
                problems.add(Kind.DAMAGED, Transfer.subject(old), "the new store has other content than the older one");
            }
        } catch (StoreException e) {
            problems.add(Kind.DAMAGED, Transfer.subject(old), "in the new store: " + e.getMessage());
        }
    }

    private boolean isOf(StoredBlob blob, BlobPath path, Generation old) {
        return blob.meta().blobId().equals(Destinations.madeId(path, old))
                || Destinations.keptId(old, ports.clock().now().instant())
                        .filter(blob.meta().blobId()::equals)
                        .isPresent();
    }

    private boolean same(SlotId slot, StoredBlob blob, Generation old) {
        if (blob.meta().tombstone() != old.tombstone() || blob.meta().sizeBytes() != old.sizeBytes()) {
            return false;
        }
        return switch (blob.content()) {
            case BlobContent.Inline inline -> sameBytes(inline.bytes(), old.chunks());
            case BlobContent.Parts(List<PartRef> parts) -> {
                List<Sha256> digests = parts.stream().map(PartRef::sha256).toList();
                // opening a part fails where its file is missing or of another length
                parts.forEach(part -> ports.parts().open(slot, part).close());
                yield digests.equals(old.chunks().stream()
                        .filter(chunk -> chunk.lengthBytes() > 0)
                        .map(Chunk::sha256)
                        .toList());
            }
        };
    }

    private static boolean sameBytes(byte[] bytes, List<Chunk> chunks) {
        int offset = 0;
        for (Chunk chunk : chunks) {
            int end = offset + (int) chunk.lengthBytes();
            WholeDigest digest = new WholeDigest();
            digest.update(Arrays.copyOfRange(bytes, offset, end));
            if (!digest.sha256().equals(chunk.sha256())) {
                return false;
            }
            offset = end;
        }
        return true;
    }
}
