package dev.skerry.blob.commit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.blob.BlobContent;
import dev.skerry.blob.BlobId;
import dev.skerry.blob.BlobMeta;
import dev.skerry.blob.BlobPath;
import dev.skerry.blob.Generation;
import dev.skerry.blob.StoredBlob;
import dev.skerry.blob.VersionSelector;
import dev.skerry.blob.commit.Command.Versioning;
import dev.skerry.blob.commit.CommandResult.Deleted;
import dev.skerry.blob.commit.CommandResult.Refused;
import dev.skerry.blob.commit.CommandResult.Written;
import dev.skerry.blob.event.StorageEvent;
import dev.skerry.blob.failure.StoreFailure;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A slot in memory and short ways to say what is done to it and what it then shows. */
abstract class SlotMachineFixture {
    static final BlobPath PATH = Commands.path("key");

    final Commands commands = new Commands();
    final FakeSlotTables tables = new FakeSlotTables();
    private final SlotMachine machine = new SlotMachine();

    /** Applies a command and checks what holds after each: a refusal changes nothing, and the rows obey their rules. */
    CommandResult apply(Command command) {
        List<StoredBlob> before = tables.all();
        long events = tables.lastSequence();
        CommandResult result = machine.apply(tables, command);
        if (result instanceof Refused) {
            assertThat(tables.all()).isEqualTo(before);
            assertThat(tables.lastSequence()).isEqualTo(events);
        }
        requireLocksKept(before, command);
        requireInvariants();
        return result;
    }

    /** What was visible and locked is so still, with its bytes, unless the command is one that may lift the lock. */
    private void requireLocksKept(List<StoredBlob> before, Command command) {
        boolean bypass = command instanceof Command.DeleteVersion delete && delete.bypassGovernance();
        for (StoredBlob blob : before) {
            if (blob.meta().visible() && blob.meta().locked(command.origin().at(), bypass)) {
                BlobId blobId = blob.meta().blobId();
                assertThat(tables.open(blob.meta().path(), new VersionSelector.ByBlobId(blobId)))
                        .as("%s under a lock, after %s", blobId, command)
                        .hasValueSatisfying(after -> {
                            assertThat(after.meta().visible()).isTrue();
                            assertThat(after.content()).isEqualTo(blob.content());
                        });
            }
        }
    }

    private void requireInvariants() {
        Map<BlobPath, List<BlobMeta>> paths =
                tables.all().stream().map(StoredBlob::meta).collect(Collectors.groupingBy(BlobMeta::path));
        paths.forEach((path, rows) -> {
            Optional<BlobMeta> top = rows.stream().filter(BlobMeta::visible).findFirst();
            assertThat(rows.stream().filter(BlobMeta::latest).findFirst())
                    .as("latest of %s", rows)
                    .isEqualTo(top);
            assertThat(rows).as("latest").filteredOn(BlobMeta::latest).hasSizeLessThan(2);
            assertThat(rows)
                    .as("visible null versions")
                    .filteredOn(meta -> meta.visible() && meta.nullVersion())
                    .hasSizeLessThan(2);
        });
    }

    BlobMeta put(String text, Versioning versioning) {
        return ((Written) apply(commands.put(PATH, text, versioning))).meta();
    }

    Deleted delete(Versioning versioning) {
        return (Deleted) apply(commands.delete(PATH, versioning));
    }

    Deleted deleteVersion(long generation) {
        return (Deleted) apply(commands.deleteVersion(PATH, byGeneration(generation)));
    }

    StoreFailure refusal(Command command) {
        return ((Refused) apply(command)).failure();
    }

    static VersionSelector byGeneration(long generation) {
        return new VersionSelector.ByGeneration(new Generation(generation));
    }

    Optional<BlobMeta> generation(long generation) {
        return tables.find(PATH, byGeneration(generation));
    }

    /**
     * The path's rows, newest first: number, then L for live or T for tombstone, then {@code *} for the current
     * version, {@code n} for the null version, {@code -} for hidden.
     */
    List<String> rows() {
        return tables.generations(PATH, 1000).stream()
                .map(meta -> meta.generation().value()
                        + (meta.tombstone() ? "T" : "L")
                        + (meta.latest() ? "*" : "")
                        + (meta.nullVersion() ? "n" : "")
                        + (meta.visible() ? "" : "-"))
                .toList();
    }

    /** The text of the current version, null where there is none or a tombstone. */
    @Nullable
    String current() {
        return tables.open(PATH, VersionSelector.CURRENT)
                .filter(blob -> !blob.meta().tombstone())
                .map(blob -> new String(((BlobContent.Inline) blob.content()).bytes(), StandardCharsets.UTF_8))
                .orElse(null);
    }

    List<StorageEvent> events() {
        return List.copyOf(tables.events().values());
    }
}
