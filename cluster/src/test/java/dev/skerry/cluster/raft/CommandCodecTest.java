package dev.skerry.cluster.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skerry.blob.BlobAttributes;
import dev.skerry.blob.BlobLock;
import dev.skerry.blob.BlobPath;
import dev.skerry.blob.ChecksumAlgorithm;
import dev.skerry.blob.Durability;
import dev.skerry.blob.LegalHold;
import dev.skerry.blob.Retention;
import dev.skerry.blob.RetentionMode;
import dev.skerry.blob.SlotId;
import dev.skerry.blob.StorageClass;
import dev.skerry.blob.VersionSelector;
import dev.skerry.blob.catalog.Bucket;
import dev.skerry.blob.catalog.Bucket.ConfigurationKind;
import dev.skerry.blob.catalog.Catalog.RootCredentials;
import dev.skerry.blob.catalog.CatalogCommand;
import dev.skerry.blob.catalog.CatalogReplica;
import dev.skerry.blob.clock.HlcTimestamp;
import dev.skerry.blob.commit.Command;
import dev.skerry.blob.commit.Command.Versioning;
import dev.skerry.blob.commit.CommandResult;
import dev.skerry.blob.commit.Commands;
import dev.skerry.blob.commit.FakeSlotTables;
import dev.skerry.blob.commit.Precondition;
import dev.skerry.blob.commit.RowDigest;
import dev.skerry.blob.commit.SlotMachine;
import dev.skerry.blob.encryption.BlobEncryption;
import dev.skerry.blob.encryption.EncryptionMethod;
import dev.skerry.blob.failure.StoreFailure;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CommandCodecTest {
    private static final SlotId SLOT = new SlotId(7);

    private final Commands commands = new Commands();
    private final CommandCodec codec = new CommandCodec();

    /** One of each, with everything a command may say, and nothing of it. */
    private List<Command> commands() {
        BlobPath path = Commands.path("a key / with ünïcode \u0001");
        List<Command> all = new ArrayList<>(puts(path));
        all.addAll(others(path));
        return all;
    }

    private List<Command> puts(BlobPath path) {
        BlobPath raw = BlobPath.of("bucket", new byte[] {(byte) 0xFF, 0, (byte) 0x80});
        Retention retention = new Retention(RetentionMode.COMPLIANCE, Instant.parse("2030-01-01T00:00:00.123Z"));
        BlobAttributes everything = new BlobAttributes(
                Map.of("content-type", "text/plain"),
                Map.of("shade", "grün"),
                Map.of("k", "v", "empty", ""),
                "owner-1",
                new StorageClass("GLACIER"),
                "{\"grants\":[]}",
                new BlobEncryption(EncryptionMethod.MANAGED, null, "wrapped", Map.of("a", "b"), true, null),
                new BlobLock(retention, LegalHold.ON));
        Command.PutBlob full = commands.put(
                path,
                Commands.inFiles(commands.id(), "some bytes in several files", 5),
                Versioning.ENABLED,
                new Precondition.IfMatch(List.of("e", "*")),
                new Precondition.IfNoneMatch(List.of()),
                new Precondition.IfSize(3),
                new Precondition.IfModifiedAt(Instant.ofEpochSecond(1_700_000_000)),
                new Precondition.IfGeneration(0));
        return List.of(
                commands.put(raw, "", Versioning.OFF),
                Commands.asked(
                        new Command.PutBlob(
                                full.origin().on(Command.Occasion.LIFECYCLE),
                                full.path(),
                                full.blobId(),
                                full.versioning(),
                                full.preconditions(),
                                full.body(),
                                everything,
                                null,
                                null),
                        9L,
                        "write-id"),
                new Command.ImportBlob(
                        commands.origin(),
                        path,
                        new dev.skerry.blob.Generation(4),
                        commands.id(),
                        true,
                        null,
                        everything,
                        commands.now(),
                        commands.now()));
    }

    private List<Command> others(BlobPath path) {
        Command.BeginUpload begin = commands.begin(path, ChecksumAlgorithm.CRC64NVME, null);
        Command.AddUploadPart part = commands.addPart(begin.upload(), 3, "part", ChecksumAlgorithm.values());
        return List.of(
                commands.delete(path, Versioning.SUSPENDED, new Precondition.IfMatch(List.of("*"))),
                commands.deleteVersion(path, VersionSelector.NULL_VERSION),
                commands.deleteVersion(path, new VersionSelector.ByBlobId(commands.id())),
                commands.undelete(path, null),
                commands.setTags(path, VersionSelector.CURRENT, Map.of("a", "b")),
                new Command.SetRetention(commands.origin(), path, VersionSelector.LATEST_LIVE, null, true),
                new Command.SetLegalHold(commands.origin(), path, VersionSelector.CURRENT, LegalHold.OFF),
                commands.setAcl(path, VersionSelector.CURRENT, null),
                new Command.ApplyRule(
                        commands.origin(),
                        path,
                        new Command.Judged(commands.id(), Map.of()),
                        new Command.RuleAction.Expire(commands.id(), Versioning.ENABLED)),
                new Command.ApplyRule(
                        commands.origin(),
                        path,
                        new Command.Judged(commands.id(), null),
                        new Command.RuleAction.ChangeClass(StorageClass.STANDARD)),
                begin,
                part,
                commands.complete(
                        begin.upload(),
                        List.of(Commands.named(part.part())),
                        Versioning.ENABLED,
                        new Precondition.IfNoneMatch(List.of("*"))),
                new Command.AbortUpload(commands.origin(), path, commands.id()),
                commands.purge(commands.now(), 10),
                new Command.ForgetGarbage(commands.origin(), Set.of(part.uploadId(), commands.id())),
                new Command.TrimEvents(commands.origin(), Long.MAX_VALUE),
                new Command.FenceBucket(commands.origin(), "bucket", 7),
                new Command.Barrier(commands.origin().of(new Command.BucketEpoch("bucket", 3))));
    }

    @Test
    void everyCommandComesBackAsItWas() {
        Set<Class<?>> seen = new HashSet<>();
        for (Command command : commands()) {
            byte[] bytes = codec.encode(new CommandCodec.Entry(List.of(codec.part(SLOT, List.of(command)))));

            CommandCodec.Part part = codec.entry(bytes).parts().getFirst();

            assertThat(part.slot()).isEqualTo(SLOT);
            assertThat(codec.commands(part).getFirst())
                    .usingRecursiveComparison()
                    .isEqualTo(command);
            seen.add(command.getClass());
        }
        assertThat(seen).containsAll(Arrays.asList(Command.class.getPermittedSubclasses()));
    }

    @Test
    void everyEntryOfTheCatalogComesBackAsItWas() {
        HlcTimestamp at = new HlcTimestamp(5, 1);
        Map<ConfigurationKind, String> documents = Map.of(ConfigurationKind.TAGGING, "<t/>");
        List<CatalogCommand> changes = List.of(
                new CatalogCommand.CreateBucket("b", "owner", "", Versioning.ENABLED, documents, at),
                new CatalogCommand.SealBucket("b", at),
                new CatalogCommand.UnsealBucket("b", 3, at),
                new CatalogCommand.DeleteBucket("b", 3, at),
                new CatalogCommand.SetVersioning("b", Versioning.SUSPENDED, 3, at),
                new CatalogCommand.SetObjectLock("b", "{}", 3, at),
                new CatalogCommand.SetDurability("b", null, at),
                new CatalogCommand.SetConfiguration("b", ConfigurationKind.CORS, null, at));
        assertThat(changes)
                .extracting(Object::getClass)
                .containsAll(Arrays.asList(CatalogCommand.class.getPermittedSubclasses()));
        List<CatalogReplica.Entry> entries = new ArrayList<>();
        changes.forEach(change -> entries.add(new CatalogReplica.Entry.BucketChange(change)));
        entries.add(new CatalogReplica.Entry.KeepRoot(new RootCredentials("key", "secret")));
        entries.add(new CatalogReplica.Entry.KeepDocument("slot-map", 4, "{}"));
        entries.add(new CatalogReplica.Entry.Compare("mark"));

        for (CatalogReplica.Entry entry : entries) {
            assertThat(codec.catalogEntry(codec.encode(entry))).isEqualTo(entry);
        }
        Bucket bucket = new Bucket("b", "owner", "", at, Versioning.ENABLED, Durability.PERIODIC, documents, 9, true);
        for (CatalogReplica.Result result : List.of(
                new CatalogReplica.Result.Changed(bucket),
                new CatalogReplica.Result.Refused(new StoreFailure.BucketExists("b", "owner")),
                new CatalogReplica.Result.RootKept(new RootCredentials("key", "secret")),
                new CatalogReplica.Result.DocumentKept(true, new CatalogReplica.Document(5, "{}")),
                new CatalogReplica.Result.Digested(new RowDigest.Sum().done()))) {
            assertThat(codec.catalogResult(codec.encode(result))).isEqualTo(result);
        }
    }

    @Test
    void everyResultComesBackAsItWas() {
        FakeSlotTables tables = new FakeSlotTables();
        SlotMachine machine = new SlotMachine();
        Set<Class<?>> seen = new HashSet<>();
        List<CommandResult> results = new ArrayList<>();
        for (Command command : commands()) {
            results.add(machine.apply(tables, command));
        }
        results.add(new CommandResult.Refused(
                new StoreFailure.BadDigest(StoreFailure.DigestKind.MD5, null, "expected", "actual")));
        for (CommandResult result : results) {
            List<@Nullable List<CommandResult>> parts = new ArrayList<>();
            parts.add(null);
            parts.add(List.of(result));
            assertThat(codec.results(codec.encode(parts)))
                    .usingRecursiveComparison()
                    .isEqualTo(parts);
            seen.add(result.getClass());
        }
        assertThat(seen).containsAll(Arrays.asList(CommandResult.class.getPermittedSubclasses()));
    }

    /** Whatever is done to bytes: they are refused, or say something else. */
    @Test
    void bytesThatAreNoneAreRefused() {
        Random random = new Random(7);
        for (Command command : commands()) {
            CommandCodec.Part part = codec.part(SLOT, List.of(command));
            byte[] bytes = part.commands();
            for (int length = 0; length < bytes.length; length++) {
                CommandCodec.Part torn = new CommandCodec.Part(SLOT, Arrays.copyOf(bytes, length));
                assertThatThrownBy(() -> codec.commands(torn)).isInstanceOf(IllegalArgumentException.class);
            }
            CommandCodec.Part longer = new CommandCodec.Part(SLOT, Arrays.copyOf(bytes, bytes.length + 1));
            assertThatThrownBy(() -> codec.commands(longer)).isInstanceOf(IllegalArgumentException.class);
            for (int i = 0; i < 300; i++) {
                byte[] other = bytes.clone();
                other[random.nextInt(other.length)] = (byte) random.nextInt();
                try {
                    assertThat(codec.commands(new CommandCodec.Part(SLOT, other)))
                            .isNotNull();
                } catch (IllegalArgumentException e) {
                    assertThat(e).hasMessageContaining("Commands of " + bytes.length + " bytes");
                }
            }
        }
    }
}
