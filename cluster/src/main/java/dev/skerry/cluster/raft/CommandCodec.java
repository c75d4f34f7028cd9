package dev.skerry.cluster.raft;

import dev.skerry.blob.SlotId;
import dev.skerry.blob.catalog.CatalogReplica;
import dev.skerry.blob.commit.Command;
import dev.skerry.blob.commit.CommandResult;
import dev.skerry.blob.placement.PlacementPolicy.NodeId;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Commands and their results as bytes, the records themselves ({@link RecordCodec}).
 *
 * <p>What a log holds is read for as long as the log is kept, and by nodes of another version. So a component that was
 * added is null where the bytes lack it, and one that the reader does not know is an error: a replica that ignored it
 * would go another way than the others. Safe for use by many threads.
 */
public final class CommandCodec {
    /** What came of an entry that came after the end of its log: nothing. No record is written as one byte. */
    static final byte[] ELSEWHERE = {0};

    /** What no record begins with, which begin with a sign of their kind. */
    private static final byte[] END = "the log ends here; it is gone on with by\n".getBytes(StandardCharsets.UTF_8);

    private final RecordCodec records = new RecordCodec();

    /**
     * An entry of the log of a placement group, which has several slots: what came for them at the same time.
     *
     * @param parts in order; two may be for the same slot
     * @param compared the slots whose replicas are to be compared as they are after it; null for none
     */
    public record Entry(List<Part> parts, @Nullable List<Compared> compared) {
        public Entry {
            parts = List.copyOf(parts);
            compared = compared == null ? null : List.copyOf(compared);
        }

        /** Of which nothing is compared. */
        public Entry(List<Part> parts) {
            this(parts, null);
        }
    }

    /**
     * That the replicas of a slot are to be compared.
     *
     * @param mark names the comparison
     */
    public record Compared(SlotId slot, String mark) {}

    /**
     * Commands that came together.
     *
     * @param slot whose rows they change
     * @param commands the bytes of what is to be done, in order
     */
    @SuppressWarnings("ArrayRecordComponent")
    public record Part(SlotId slot, byte[] commands) {}

    private record Commands(List<Command> commands) {}

    private record Results(List<@Nullable List<CommandResult>> parts) {}

    /** Something sealed has its case only where it is a component. */
    private record CatalogEntry(CatalogReplica.Entry entry) {}

    private record CatalogResult(CatalogReplica.Result result) {}

    /** A part of an entry. */
    public Part part(SlotId slot, List<Command> commands) {
        return new Part(slot, records.write(new Commands(commands)));
    }

    /**
     * The bytes of the entry that ends a log.
     *
     * @param keepers who keeps those that go on
     */
    static byte[] end(List<NodeId> keepers) {
        byte[] nodes = keepers.stream()
                .map(NodeId::value)
                .collect(Collectors.joining("\n"))
                .getBytes(StandardCharsets.UTF_8);
        byte[] entry = Arrays.copyOf(END, END.length + nodes.length);
        System.arraycopy(nodes, 0, entry, END.length, nodes.length);
        return entry;
    }

    /** Who keeps the logs that go on, of the bytes of the entry that ends one; nothing of those of any other. */
    static Optional<List<NodeId>> keepersAfter(byte[] entry) {
        return entry.length > END.length && Arrays.equals(entry, 0, END.length, END, 0, END.length)
                ? Optional.of(new String(entry, END.length, entry.length - END.length, StandardCharsets.UTF_8)
                        .lines()
                        .map(NodeId::new)
                        .toList())
                : Optional.empty();
    }

    /** Whether bytes of what came of an entry say that it came after the end of its log. */
    static boolean isElsewhere(byte[] results) {
        return Arrays.equals(results, ELSEWHERE);
    }

    /** The bytes of an entry. */
    public byte[] encode(Entry entry) {
        return records.write(entry);
    }

    /**
     * The bytes of what each part of an entry gave; null where it was applied before and that is not known any more.
     */
    public byte[] encode(List<@Nullable List<CommandResult>> parts) {
        return records.write(new Results(parts));
    }

    /**
     * The entry of these bytes.
     *
     * @throws IllegalArgumentException if they are none, or of a version that says more than this one knows
     */
    public Entry entry(byte[] bytes) {
        return records.read(bytes, Entry.class);
    }

    /**
     * What a part says is to be done.
     *
     * @throws IllegalArgumentException as {@link #entry}
     */
    public List<Command> commands(Part part) {
        return records.read(part.commands(), Commands.class).commands();
    }

    /**
     * What each part gave; nothing where the bytes are none, as of an entry that was applied before a restart.
     *
     * @throws IllegalArgumentException as {@link #entry}
     */
    public List<@Nullable List<CommandResult>> results(byte[] bytes) {
        return bytes.length == 0
                ? List.of()
                : records.read(bytes, Results.class).parts();
    }

    /** The bytes of an entry of the catalog's log. */
    public byte[] encode(CatalogReplica.Entry entry) {
        return records.write(new CatalogEntry(entry));
    }

    /** The bytes of what came of one. */
    public byte[] encode(CatalogReplica.Result result) {
        return records.write(new CatalogResult(result));
    }

    /**
     * The entry of the catalog's log of these bytes.
     *
     * @throws IllegalArgumentException as {@link #entry}
     */
    public CatalogReplica.Entry catalogEntry(byte[] bytes) {
        return records.read(bytes, CatalogEntry.class).entry();
    }

    /**
     * What came of one, of these bytes.
     *
     * @throws IllegalArgumentException as {@link #entry}
     */
    public CatalogReplica.Result catalogResult(byte[] bytes) {
        return records.read(bytes, CatalogResult.class).result();
    }
}
