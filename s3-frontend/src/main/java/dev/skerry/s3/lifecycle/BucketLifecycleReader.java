package dev.skerry.s3.lifecycle;

import dev.skerry.blob.catalog.Bucket;
import dev.skerry.blob.catalog.Bucket.ConfigurationKind;
import dev.skerry.blob.failure.StoreException;
import dev.skerry.blob.failure.StoreFailure;
import dev.skerry.blob.lifecycle.LifecycleConfiguration;
import dev.skerry.blob.lifecycle.LifecycleReader;
import dev.skerry.s3.error.S3Exception;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** Reads the lifecycle configurations that buckets keep, each once. Safe for use by many threads. */
public final class BucketLifecycleReader implements LifecycleReader {
    /** Buckets that are kept read; when there are more, all are read again. */
    private static final int MAX_KEPT = 256;

    private record Read(String document, LifecycleConfiguration configuration) {}

    private final ConcurrentMap<String, Read> kept = new ConcurrentHashMap<>();

    @Override
    public Optional<LifecycleConfiguration> of(Bucket bucket) {
        String document = bucket.configuration().get(ConfigurationKind.LIFECYCLE);
        if (document == null) {
            return Optional.empty();
        }
        Read known = kept.get(bucket.name());
        if (known != null && known.document().equals(document)) {
            return Optional.of(known.configuration());
        }
        LifecycleConfiguration configuration = read(bucket.name(), document);
        if (kept.size() >= MAX_KEPT) {
            kept.clear();
        }
        kept.put(bucket.name(), new Read(document, configuration));
        return Optional.of(configuration);
    }

    private static LifecycleConfiguration read(String bucket, String document) {
        try {
            KeptLifecycle lifecycle = KeptLifecycle.parse(document);
            return LifecycleXml.read(lifecycle.document(), lifecycle.minimum());
        } catch (S3Exception | IllegalArgumentException e) {
            throw new StoreException(new StoreFailure.Corrupt("lifecycle configuration of bucket " + bucket), e);
        }
    }
}
