package dev.skerry.s3.http;

import dev.skerry.blob.BlobId;
import dev.skerry.blob.BlobMeta;
import dev.skerry.blob.VersionSelector;
import dev.skerry.blob.access.Requester;
import dev.skerry.blob.catalog.Bucket;
import dev.skerry.http.Exchange;
import dev.skerry.s3.Compatibility;
import dev.skerry.s3.access.BucketAccessReader;
import dev.skerry.s3.auth.Identities;
import dev.skerry.s3.auth.Identity;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What requests of another protocol than S3 may do, asked in S3's words and decided as S3 decides. Safe for many
 * threads.
 */
public final class ProtocolAccess {
    private final BucketAccessReader buckets;
    private final StoredObjects objects;
    private final UnsignedRequests unsigned;

    /** Over stored objects, which decisions may depend on. */
    public ProtocolAccess(Compatibility compatibility, StoredObjects objects) {
        this.buckets = new BucketAccessReader(compatibility);
        this.objects = objects;
        this.unsigned = new UnsignedRequests(new Identities(List.of(), Identities.Anonymous.NONE), compatibility);
    }

    /** What the sender of a request may do; to be used by the request's thread. */
    public Caller caller(Exchange exchange, Identity identity) {
        Requester requester = identity.requester();
        return new Caller(new Authority(
                requester, () -> Conditions.ofAnyProtocol(exchange, exchange.head(), requester), objects, unsigned));
    }

    /** Whoever sends one request. Methods that refuse throw {@code S3Exception} with AccessDenied. */
    public final class Caller {
        private final Authority authority;

        private Caller(Authority authority) {
            this.authority = authority;
        }

        /**
         * Refuses where the operation is not allowed on an object. Blocks where the object has to be looked at.
         *
         * @param selector the version named, or null for the current one
         * @return the object that was judged, for {@link #requireSame}
         * @throws dev.skerry.blob.failure.StoreException where nothing is there, it would not be allowed either, and
         *     the caller may know
         */
        public Optional<BlobId> require(
                S3Operation operation, Bucket bucket, String key, @Nullable VersionSelector selector) {
            return authority.require(deed(operation, bucket, key, selector));
        }

        /** Refuses where the object that was opened is another than the one judged, and not allowed. */
        public void requireSame(
                S3Operation operation,
                Bucket bucket,
                @Nullable VersionSelector selector,
                Optional<BlobId> judged,
                BlobMeta opened) {
            authority.requireSame(deed(operation, bucket, opened.path().key(), selector), judged, opened);
        }

        /** Refuses where the operation, which lists a bucket, is not allowed for keys that begin so. */
        public void requireListing(S3Operation operation, Bucket bucket, String prefix, String delimiter) {
            authority
                    .changed(context -> Conditions.withListing(context, prefix, delimiter))
                    .require(new Deed(operation, buckets.of(bucket), null, null, null));
        }

        /** Whether the operation is allowed on the bucket. */
        public boolean may(S3Operation operation, Bucket bucket) {
            return authority
                    .decide(new Deed(operation, buckets.of(bucket), null, null, null))
                    .allowed();
        }

        private Deed deed(S3Operation operation, Bucket bucket, String key, @Nullable VersionSelector selector) {
            Deed.Version version = selector == null ? null : new Deed.Version(selector.toString(), selector);
            return new Deed(operation, buckets.of(bucket), key, version, null);
        }
    }
}
