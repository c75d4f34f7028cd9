package dev.skerry.blob.commit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.blob.BlobContent;
import dev.skerry.blob.BlobId;
import dev.skerry.blob.BlobMeta;
import dev.skerry.blob.BlobPath;
import dev.skerry.blob.LegalHold;
import dev.skerry.blob.Retention;
import dev.skerry.blob.RetentionMode;
import dev.skerry.blob.StoredBlob;
import dev.skerry.blob.VersionSelector;
import dev.skerry.blob.commit.Command.Upload;
import dev.skerry.blob.commit.Command.UploadPart;
import dev.skerry.blob.commit.Command.Versioning;
import dev.skerry.blob.commit.CommandResult.Written;
import dev.skerry.blob.failure.StoreFailure;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random commands against a model of S3's versioning that fits on a screen: each key is a stack of versions. The seed
 * is in the name of the test, so a failure can be run again.
 */
class SlotMachineRandomTest extends SlotMachineFixture {
    private static final int COMMANDS = 2_000;
    private static final List<BlobPath> PATHS =
            List.of(Commands.path("a"), Commands.path("b"), Commands.path("c"), Commands.path("d"));

    /** One version as S3 shows it. */
    private record Shown(String versionId, boolean marker) {}

    /** What S3 shows of one key: a stack, the current version on top. */
    private static final class Model {
        private final List<Shown> stack = new ArrayList<>();
        private Versioning versioning = Versioning.OFF;

        void push(BlobId blobId, boolean marker) {
            if (versioning == Versioning.ENABLED) {
                stack.addFirst(new Shown(blobId.value(), marker));
                return;
            }
            stack.removeIf(version -> version.versionId().equals("null"));
            if (!marker || versioning == Versioning.SUSPENDED) {
                stack.addFirst(new Shown("null", marker));
            }
        }
    }

    private final Map<BlobPath, Model> models = new HashMap<>();
    private final Map<BlobPath, Long> highest = new HashMap<>();

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 20_261_121})
    void theSlotShowsWhatTheModelShows(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < COMMANDS; i++) {
            BlobPath path = PATHS.get(random.nextInt(PATHS.size()));
            step(random, path, model(path));
            requireNumbersAscend();
            for (BlobPath each : PATHS) {
                assertThat(shown(each)).as("command %s", i).isEqualTo(model(each).stack);
            }
        }
    }

    private Model model(BlobPath path) {
        return models.computeIfAbsent(path, _ -> new Model());
    }

    private void step(Random random, BlobPath path, Model model) {
        commands.advance(Duration.ofMillis(random.nextInt(3)));
        switch (random.nextInt(16)) {
            case 0 -> model.versioning = random.nextBoolean() ? Versioning.ENABLED : Versioning.SUSPENDED;
            case 1, 2, 3, 4, 5 -> {
                Command.PutBlob put = commands.put(path, "x", model.versioning);
                apply(put);
                model.push(put.blobId(), false);
            }
            case 6 -> complete(path, model);
            case 7, 8, 9 -> {
                Command.DeleteBlob delete = commands.delete(path, model.versioning);
                apply(delete);
                model.push(delete.blobId(), true);
            }
            case 10, 11, 12, 13 -> deleteVersion(random, path, model);
            case 14 -> apply(commands.put(path, "no", model.versioning, new Precondition.IfMatch(List.of("no"))));
            default -> // Replaced and deleted generations go; S3 does not show them anyway.
                apply(new Command.Purge(commands.origin(), commands.now(), Instant.EPOCH, 1 + random.nextInt(5)));
        }
    }

    private void complete(BlobPath path, Model model) {
        Upload upload = commands.begin(path, null, null).upload();
        apply(new Command.BeginUpload(commands.origin(), upload));
        Command.AddUploadPart add = commands.addPart(upload, 1, "part");
        apply(add);
        UploadPart part = add.part();
        Command.CompleteUpload complete = commands.complete(upload, List.of(Commands.named(part)), model.versioning);
        apply(complete);
        model.push(complete.blobId(), false);
    }

    private void deleteVersion(Random random, BlobPath path, Model model) {
        if (model.stack.isEmpty() || random.nextInt(5) == 0) {
            apply(commands.deleteVersion(path, new VersionSelector.ByBlobId(commands.id())));
            return;
        }
        Shown version = model.stack.remove(random.nextInt(model.stack.size()));
        VersionSelector selector = version.versionId().equals("null")
                ? VersionSelector.NULL_VERSION
                : new VersionSelector.ByBlobId(new BlobId(version.versionId()));
        apply(commands.deleteVersion(path, selector));
    }

    private List<Shown> shown(BlobPath path) {
        return tables.generations(path, Integer.MAX_VALUE).stream()
                .filter(BlobMeta::visible)
                .map(meta -> new Shown(meta.versionId(), meta.tombstone()))
                .toList();
    }

    /** A path's newest number never falls while the path has rows. */
    private void requireNumbersAscend() {
        for (BlobPath path : PATHS) {
            long now =
                    tables.newest(path).map(meta -> meta.generation().value()).orElse(0L);
            long before = now == 0 ? 0 : highest.getOrDefault(path, 0L);
            assertThat(now).as("newest generation of %s", path).isGreaterThanOrEqualTo(before);
            highest.put(path, now);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {4, 5, 20_261_122})
    void withUndeletesAndPurgesTheInvariantsHoldAndNoFolderIsForgotten(long seed) {
        Random random = new Random(seed);
        Set<BlobId> folders = new HashSet<>();
        for (int i = 0; i < COMMANDS; i++) {
            BlobPath path = PATHS.get(random.nextInt(PATHS.size()));
            Versioning versioning = List.of(Versioning.values()).get(random.nextInt(3));
            commands.advance(Duration.ofMillis(random.nextInt(3)));
            switch (random.nextInt(8)) {
                case 0, 1 -> {
                    BlobId folder = commands.id();
                    folders.add(folder);
                    apply(commands.put(path, Commands.inFiles(folder, "12", 1), versioning));
                }
                case 2, 3 -> apply(commands.delete(path, versioning));
                case 4 -> apply(commands.deleteVersion(path, byGeneration(1 + random.nextInt(20))));
                case 5 -> undeleteNewest(path);
                case 6 -> apply(commands.undelete(path, 1L + random.nextInt(20)));
                default -> apply(commands.purge(commands.now().minusMillis(random.nextInt(20)), 3));
            }
            requireNumbersAscend();
            for (BlobId folder : i % 50 == 0 ? folders : Set.<BlobId>of()) {
                assertThat(tables.references(folder) ^ tables.garbage().containsKey(folder))
                        .as("folder is in use or garbage, never both and never neither")
                        .isTrue();
            }
        }
        purgeEverything();
        assertThat(tables.all()).isEmpty();
        assertThat(tables.garbage().keySet()).isEqualTo(folders);
    }

    /** {@link SlotMachineFixture#apply} looks after each command whether a locked version was lost. */
    @ParameterizedTest
    @ValueSource(longs = {6, 7, 20_261_123})
    void whatIsLockedOutlivesEveryCommand(long seed) {
        Random random = new Random(seed);
        int refused = 0;
        for (int i = 0; i < COMMANDS; i++) {
            BlobPath path = PATHS.get(random.nextInt(PATHS.size()));
            Versioning versioning = List.of(Versioning.values()).get(random.nextInt(3));
            long number = numberOfSome(random, path);
            VersionSelector any = byGeneration(number);
            commands.advance(Duration.ofMillis(random.nextInt(3)));
            Command command = switch (random.nextInt(9)) {
                case 0, 1 -> commands.put(path, Commands.inFiles(commands.id(), "12", 1), versioning);
                case 2 -> commands.delete(path, versioning);
                case 3 -> new Command.DeleteVersion(commands.origin(), path, any, List.of(), random.nextInt(4) == 0);
                case 4 -> commands.undelete(path, random.nextBoolean() ? null : number);
                case 5 -> commands.purge(commands.now().minusMillis(random.nextInt(20)), 3);
                case 6 ->
                    new Command.SetLegalHold(
                            commands.origin(), path, any, random.nextInt(3) == 0 ? LegalHold.ON : LegalHold.OFF);
                default ->
                    new Command.SetRetention(commands.origin(), path, any, retention(random), random.nextInt(4) == 0);
            };
            if (apply(command) instanceof CommandResult.Refused(StoreFailure.Locked _)) {
                refused++;
            }
        }
        assertThat(refused).as("commands that a lock refused").isGreaterThan(COMMANDS / 50);
    }

    /** The number of one of the path's newest generations, hidden ones included. */
    private long numberOfSome(Random random, BlobPath path) {
        List<BlobMeta> newest = tables.generations(path, 10);
        return newest.isEmpty()
                ? 1
                : newest.get(random.nextInt(newest.size())).generation().value();
    }

    private Retention retention(Random random) {
        RetentionMode mode = random.nextBoolean() ? RetentionMode.GOVERNANCE : RetentionMode.COMPLIANCE;
        return new Retention(mode, commands.now().plusMillis(1 + random.nextInt(200)));
    }

    private void undeleteNewest(BlobPath path) {
        if (apply(commands.undelete(path, null)) instanceof Written written) {
            assertThat(written.meta().latest()).isTrue();
            assertThat(written.meta().tombstone()).isFalse();
        }
    }

    private void purgeEverything() {
        Map<BlobPath, List<BlobMeta>> visible = new TreeMap<>();
        for (StoredBlob blob : tables.all()) {
            if (blob.meta().visible()) {
                visible.computeIfAbsent(blob.meta().path(), _ -> new ArrayList<>())
                        .add(blob.meta());
            }
        }
        visible.forEach((path, metas) -> metas.forEach(
                meta -> apply(commands.deleteVersion(path, new VersionSelector.ByBlobId(meta.blobId())))));
        commands.advance(Duration.ofMillis(1));
        apply(commands.purge(commands.now(), Integer.MAX_VALUE));
        assertThat(tables.all()).allMatch(blob -> blob.content() instanceof BlobContent.Inline);
    }
}
