package dev.skerry.blob.catalog;

import dev.skerry.blob.event.SequencedEvent;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Buckets and the identities kept with them. Reads are answered from memory and see every command that returned before;
 * commands block until durable. Safe for use by many threads.
 */
public interface Catalog extends AutoCloseable {
    /** The bucket of that name. */
    Optional<Bucket> bucket(String name);

    /** All buckets by ascending name. */
    List<Bucket> buckets();

    /**
     * Applies a command and waits until it is durable.
     *
     * @return the bucket as it now is, or as it was before its removal
     * @throws dev.skerry.blob.failure.StoreException with the refusal the command names
     */
    Bucket commit(CatalogCommand command);

    /** Bucket events after a sequence, ascending. */
    List<SequencedEvent> events(long afterSequence, int limit);

    /** The newest bucket event's sequence; 0 where there never was one. Cheap. */
    long lastSequence();

    /** The root identity generated at the first start, if one was kept. */
    @Nullable
    RootCredentials rootCredentials();

    /** Keeps the root identity unless there is one; gives the one that is kept. */
    RootCredentials keepRootCredentials(RootCredentials ifNone);

    /** An access key and its secret. */
    record RootCredentials(String accessKey, String secretKey) {
        @Override
        public String toString() {
            return "RootCredentials[" + accessKey + "]";
        }
    }

    @Override
    void close();
}
