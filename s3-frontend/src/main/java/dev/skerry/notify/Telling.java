package dev.skerry.notify;

import dev.skerry.blob.BlobId;
import dev.skerry.blob.BlobMeta;
import dev.skerry.blob.BlobPath;
import dev.skerry.blob.Generation;
import dev.skerry.blob.SlotId;
import dev.skerry.blob.StorageClass;
import dev.skerry.blob.VersionSelector;
import dev.skerry.blob.catalog.Bucket;
import dev.skerry.blob.catalog.Bucket.ConfigurationKind;
import dev.skerry.blob.clock.HlcTimestamp;
import dev.skerry.blob.commit.Command.Versioning;
import dev.skerry.blob.commit.MetadataStore;
import dev.skerry.blob.event.SequencedEvent;
import dev.skerry.blob.event.StorageEvent;
import dev.skerry.s3.BucketDocuments;
import dev.skerry.s3.notification.EventType;
import dev.skerry.s3.notification.NotificationRule;
import dev.skerry.s3.notification.NotificationXml;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What of the log a target is told, by the rules as they are when it is told. Safe for many threads.
 *
 * <p>An event is told by the first rule that fits; no two rules of a bucket can fit the same one.
 */
final class Telling {
    private final Function<String, Optional<Bucket>> buckets;
    private final MetadataStore metadata;
    private final EventRecord records;

    private final BucketDocuments<List<NotificationRule>> kept =
            new BucketDocuments<>(ConfigurationKind.NOTIFICATION, NotificationXml::ofKept);

    Telling(Function<String, Optional<Bucket>> buckets, MetadataStore metadata, EventRecord records) {
        this.buckets = buckets;
        this.metadata = metadata;
        this.records = records;
    }

    /** The document that tells a target of an event; empty where it is not told. Blocks. */
    Optional<byte[]> document(String target, SlotId slot, SequencedEvent event) {
        return about(event.event())
                .flatMap(about -> buckets.apply(about.path().bucket())
                        .flatMap(bucket -> tell(target, slot, event.sequence(), about, bucket)));
    }

    /** What an event says of its object; empty where S3 has no such event. */
    private static Optional<About> about(StorageEvent event) {
        return switch (event) {
            case StorageEvent.ObjectCreated created ->
                Optional.of(new About(
                        type(created.cause()),
                        created.path(),
                        created.versionId(),
                        created.generation(),
                        created.hlc(),
                        created.sizeBytes(),
                        created.etag(),
                        null));
            case StorageEvent.ObjectDeleted deleted ->
                Optional.of(new About(
                        type(deleted),
                        deleted.path(),
                        deleted.versionId(),
                        deleted.generation(),
                        deleted.hlc(),
                        null,
                        null,
                        null));
            case StorageEvent.ObjectTagged tagged ->
                Optional.of(About.amended(
                        tagged.removed() ? EventType.TAGGING_DELETE : EventType.TAGGING_PUT,
                        tagged.path(),
                        tagged.versionId(),
                        tagged.generation(),
                        tagged.hlc(),
                        null));
            case StorageEvent.ObjectAclSet set ->
                Optional.of(About.amended(
                        EventType.ACL_PUT, set.path(), set.versionId(), set.generation(), set.hlc(), null));
            case StorageEvent.ObjectTransitioned moved ->
                Optional.of(About.amended(
                        EventType.TRANSITION,
                        moved.path(),
                        moved.versionId(),
                        moved.generation(),
                        moved.hlc(),
                        moved.storageClass()));
            case StorageEvent.ObjectLockSet _, StorageEvent.BucketCreated _, StorageEvent.BucketDeleted _ ->
                Optional.empty();
        };
    }

    /**
     * What an event says of its object.
     *
     * @param movedTo the storage class it was moved to, or null where it was not moved
     */
    private record About(
            EventType type,
            BlobPath path,
            @Nullable BlobId blobId,
            Generation generation,
            HlcTimestamp hlc,
            @Nullable Long sizeBytes,
            @Nullable String etag,
            @Nullable StorageClass movedTo) {
        /** Of one whose bytes stay: what the event does not say of them stands in its row. */
        static About amended(
                EventType type,
                BlobPath path,
                BlobId blobId,
                Generation generation,
                HlcTimestamp hlc,
                @Nullable StorageClass movedTo) {
            return new About(type, path, blobId, generation, hlc, null, null, movedTo);
        }

        boolean isOfRow() {
            return switch (type) {
                case TAGGING_PUT, TAGGING_DELETE, ACL_PUT, TRANSITION -> true;
                default -> false;
            };
        }
    }

    private static EventType type(StorageEvent.Cause cause) {
        return switch (cause) {
            // one that is brought back stands as if it had been put again
            case PUT, UNDELETE -> EventType.CREATED_PUT;
            case COPY -> EventType.CREATED_COPY;
            case FORM -> EventType.CREATED_POST;
            case MULTIPART -> EventType.CREATED_UPLOAD;
        };
    }

    private static EventType type(StorageEvent.ObjectDeleted deleted) {
        if (deleted.byLifecycle()) {
            return deleted.deleteMarker() ? EventType.EXPIRATION_MARKER : EventType.EXPIRATION_DELETE;
        }
        return deleted.deleteMarker() ? EventType.REMOVED_MARKER : EventType.REMOVED_DELETE;
    }

    private Optional<byte[]> tell(String target, SlotId slot, long sequence, About about, Bucket bucket) {
        String key = about.path().key();
        return kept.of(bucket).stream()
                .flatMap(List::stream)
                .filter(rule -> rule.target().name().equals(target)
                        && rule.since().compareTo(about.hlc()) <= 0
                        && rule.tells(about.type(), key))
                .findFirst()
                .map(rule -> records.document(about.type(), rule.id(), bucket, subject(slot, sequence, bucket, about)));
    }

    private EventRecord.Subject subject(SlotId slot, long sequence, Bucket bucket, About about) {
        boolean versioned = bucket.versioning() != Versioning.OFF;
        BlobId blobId = about.blobId();
        Optional<BlobMeta> meta = blobId != null && (versioned || about.isOfRow())
                ? metadata.find(slot, about.path(), new VersionSelector.ByGeneration(about.generation()))
                : Optional.empty();
        String versionId =
                versioned && blobId != null ? meta.map(BlobMeta::versionId).orElse(blobId.value()) : null;
        String etag = about.isOfRow() ? meta.map(BlobMeta::etag).orElse(null) : about.etag();
        return new EventRecord.Subject(
                about.path(), about.hlc().instant(), sequence, about.sizeBytes(), etag, versionId, about.movedTo());
    }
}
