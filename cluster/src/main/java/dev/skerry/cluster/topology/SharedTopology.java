package dev.skerry.cluster.topology;

import dev.skerry.blob.catalog.CatalogReplica;
import dev.skerry.blob.catalog.CatalogReplica.Document;
import dev.skerry.cluster.placement.MapsJson;
import dev.skerry.cluster.placement.Topology;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The topology as this node's copy of the catalog has it: a document there, which every node reads for itself and which
 * changes by compare and swap. Until the cluster has formed, it is what the node was configured with. Safe for use by
 * many threads; {@link #get} neither blocks nor costs more than a look at the document's revision.
 */
public final class SharedTopology implements Supplier<Topology>, AutoCloseable {
    /** The document's name in the catalog. */
    public static final String DOCUMENT = "topology";

    private static final Logger log = LoggerFactory.getLogger(SharedTopology.class);
    private static final Duration LOOK_EVERY = Duration.ofMillis(250);
    private static final int MAX_ATTEMPTS = 32;

    private final CatalogReplica replica;
    private final ScheduledExecutorService timer;

    /** What was last read; read anew where the document has another revision. */
    private volatile Held held;

    /** Of the document that could not be read, so that it is said once. */
    private volatile long unreadable;

    /** Written and read by the timer's thread alone. */
    private @Nullable Topology told;

    /** Guarded by this. */
    private @Nullable ScheduledFuture<?> following;

    private record Held(long revision, Topology topology) {}

    /** Keeps a document of the catalog, by its log: name, expected revision, text. Blocks. */
    @FunctionalInterface
    public interface Keeper {
        /** The document as it is now, whether or not it is this one. */
        Document keep(String name, long expectedRevision, String text);
    }

    /**
     * Reads what there is.
     *
     * @param formed what holds as long as there is no document
     * @param timer looks for changes, on a thread of its own; stopped by its owner
     * @throws IllegalArgumentException if there is a document that cannot be read
     */
    public SharedTopology(CatalogReplica replica, Topology formed, ScheduledExecutorService timer) {
        this.replica = replica;
        this.timer = timer;
        this.held = replica.document(DOCUMENT).map(SharedTopology::read).orElseGet(() -> new Held(0, formed));
    }

    private static Held read(Document document) {
        return new Held(document.revision(), MapsJson.topology(document.text()));
    }

    /** The topology in force, as far as this node knows. */
    @Override
    public Topology get() {
        return current().topology;
    }

    /** Raised by each change; 0 until the cluster has formed. */
    public long revision() {
        return current().revision;
    }

    private Held current() {
        Held last = held;
        Optional<Document> document = replica.document(DOCUMENT);
        if (document.isEmpty() || document.get().revision() <= last.revision) {
            return last;
        }
        try {
            Held next = read(document.get());
            held = next;
            return next;
        } catch (IllegalArgumentException e) {
            if (unreadable != document.get().revision()) {
                unreadable = document.get().revision();
                log.error(
                        "the topology cannot be read, that of before is gone by: is this an older program? revision={}",
                        unreadable,
                        e);
            }
            return last;
        }
    }

    /** Makes it the cluster's, unless there is one; the first node's stays. Blocks. */
    public void pin(Keeper keeper) {
        if (revision() == 0) {
            accept(keeper.keep(DOCUMENT, 0, MapsJson.write(get())));
        }
    }

    /**
     * Changes it for all nodes, by what {@code change} makes of it as it is by then. Blocks.
     *
     * @param change may be asked more than once; what it throws ends the attempt
     * @return the topology after it
     * @throws IllegalStateException if others were always faster
     */
    public Topology change(Keeper keeper, UnaryOperator<Topology> change) {
        for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
            Held before = current();
            Topology wanted = change.apply(before.topology);
            if (wanted.equals(before.topology)) {
                return wanted;
            }
            Document now = keeper.keep(DOCUMENT, before.revision, MapsJson.write(wanted));
            accept(now);
            if (now.revision() == before.revision + 1
                    && MapsJson.topology(now.text()).equals(wanted)) {
                return wanted;
            }
        }
        throw new IllegalStateException("the topology was changed by others " + MAX_ATTEMPTS + " times in a row");
    }

    /** What the log answered may be newer than this node's copy of the catalog. */
    private synchronized void accept(Document document) {
        if (document.revision() > held.revision) {
            held = read(document);
        }
    }

    /** Tells of the topology now and after each change, until it is closed, on the timer's thread. */
    public synchronized void follow(Consumer<Topology> reaction) {
        following = timer.scheduleWithFixedDelay(() -> tell(reaction), 0, LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void tell(Consumer<Topology> reaction) {
        Topology now = get();
        if (now.equals(told)) {
            return;
        }
        try {
            reaction.accept(now);
            told = now;
        } catch (RuntimeException e) {
            log.warn("a change of the topology was not taken up, it is tried again", e);
        }
    }

    @Override
    public synchronized void close() {
        if (following != null) {
            following.cancel(false);
        }
    }
}
