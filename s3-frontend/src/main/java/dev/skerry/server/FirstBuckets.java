package dev.skerry.server;

import dev.skerry.blob.catalog.Bucket.ConfigurationKind;
import dev.skerry.blob.failure.StoreException;
import dev.skerry.blob.failure.StoreFailure;
import dev.skerry.blob.store.Buckets;
import dev.skerry.s3.auth.Identity;
import java.util.List;
import java.util.Map;

/** Creates the buckets the configuration asks for; one that is there already stays as it is, whoever owns it. */
final class FirstBuckets {
    private FirstBuckets() {}

    static void create(
            List<String> names,
            Buckets buckets,
            Identity owner,
            String region,
            Map<ConfigurationKind, String> configuration) {
        for (String name : names) {
            try {
                buckets.create(name, owner.canonicalId(), region, configuration);
            } catch (StoreException failure) {
                if (!(failure.failure() instanceof StoreFailure.BucketExists)) {
                    throw failure;
                }
            }
        }
    }
}
