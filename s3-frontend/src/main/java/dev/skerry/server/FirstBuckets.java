package dev.skerry.server;

import dev.skerry.blob.failure.StoreException;
import dev.skerry.blob.failure.StoreFailure;
import dev.skerry.blob.store.Buckets;
import dev.skerry.s3.auth.Identity;
import java.util.List;

/** Creates the buckets the configuration asks for; one that is there already stays as it is, whoever owns it. */
final class FirstBuckets {
    private FirstBuckets() {}

    static void create(List<String> names, Buckets buckets, Identity owner, String region) {
        for (String name : names) {
            try {
                buckets.create(name, owner.canonicalId(), region);
            } catch (StoreException failure) {
                if (!(failure.failure() instanceof StoreFailure.BucketExists)) {
                    throw failure;
                }
            }
        }
    }
}
