package dev.skerry.blob.lifecycle;

import dev.skerry.blob.ListedBlob;
import dev.skerry.blob.catalog.Bucket;
import dev.skerry.blob.commit.Command.Versioning;
import dev.skerry.blob.commit.MetadataStore.Scope;
import dev.skerry.blob.store.Listing;
import java.util.List;

/** Goes through the versions of a bucket that its rules may be about, page by page, in the order of their keys. */
final class VersionWalk {
    private final Listing listing;
    private final Bucket bucket;
    private final List<String> prefixes;
    private final Scope scope;

    /** Whoever is told of versions, and of pages. */
    interface Visitor extends VersionRun.Visitor {
        /** A page is through; says whether to go on. */
        boolean pageDone();
    }

    VersionWalk(Listing listing, Bucket bucket, LifecycleConfiguration configuration) {
        this.listing = listing;
        this.bucket = bucket;
        this.prefixes = configuration.prefixesOfVersions();
        // without versioning, what is current is all there is, and an index alone shows it
        this.scope = bucket.versioning() == Versioning.OFF ? Scope.CURRENT : Scope.VISIBLE;
    }

    /** Visits the versions of all keys after {@code after}; says whether it came to the end. */
    boolean from(byte[] after, int pageRows, Visitor visitor) {
        for (String prefix : prefixes) {
            byte[] bytes = Keys.bytes(prefix);
            if (!Keys.isPast(after, bytes) && !beneath(bytes, after, pageRows, visitor)) {
                return false;
            }
        }
        return true;
    }

    private boolean beneath(byte[] prefix, byte[] after, int pageRows, Visitor visitor) {
        VersionRun run = new VersionRun(visitor);
        byte[] key = after;
        Long generation = null;
        while (true) {
            List<ListedBlob> rows = listing.rows(bucket.name(), prefix, key, generation, scope, pageRows);
            rows.forEach(run::accept);
            boolean last = rows.size() < pageRows;
            if (last) {
                run.end();
            }
            if (!visitor.pageDone()) {
                return false;
            }
            if (last) {
                return true;
            }
            key = rows.getLast().path().keyBytes();
            generation =
                    scope == Scope.VISIBLE ? (Long) rows.getLast().generation().value() : null;
        }
    }
}
