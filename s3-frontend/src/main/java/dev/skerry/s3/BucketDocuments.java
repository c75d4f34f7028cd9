package dev.skerry.s3;

import dev.skerry.blob.catalog.Bucket;
import dev.skerry.blob.catalog.Bucket.ConfigurationKind;
import dev.skerry.blob.failure.StoreException;
import dev.skerry.blob.failure.StoreFailure;
import dev.skerry.s3.error.S3Exception;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Function;

/**
 * What buckets keep of one kind of configuration, each document read once. Safe for many threads.
 *
 * @param <T> what a document says
 */
public final class BucketDocuments<T> {
    /** Buckets that are kept read; when there are more, all are read again. */
    private static final int MAX_KEPT = 256;

    private record Read<T>(String document, T meaning) {}

    private final ConfigurationKind kind;
    private final Function<String, T> reader;
    private final ConcurrentMap<String, Read<T>> kept = new ConcurrentHashMap<>();

    /** Documents of a kind, as {@code reader} understands them. */
    public BucketDocuments(ConfigurationKind kind, Function<String, T> reader) {
        this.kind = kind;
        this.reader = reader;
    }

    /**
     * What a bucket says; empty where it keeps no such document.
     *
     * @throws StoreException with {@code Corrupt} where what it keeps cannot be read
     */
    public Optional<T> of(Bucket bucket) {
        String document = bucket.configuration().get(kind);
        if (document == null) {
            return Optional.empty();
        }
        Read<T> known = kept.get(bucket.name());
        if (known != null && known.document().equals(document)) {
            return Optional.of(known.meaning());
        }
        T meaning = read(bucket, document);
        if (kept.size() >= MAX_KEPT) {
            kept.clear();
        }
        kept.put(bucket.name(), new Read<>(document, meaning));
        return Optional.of(meaning);
    }

    private T read(Bucket bucket, String document) {
        try {
            return reader.apply(document);
        } catch (S3Exception | IllegalArgumentException e) {
            String what = kind.name().toLowerCase(Locale.ROOT) + " configuration of bucket " + bucket.name();
            throw new StoreException(new StoreFailure.Corrupt(what), e);
        }
    }
}
