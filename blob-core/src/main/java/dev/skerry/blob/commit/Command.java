package dev.skerry.blob.commit;

import dev.skerry.blob.BlobAttributes;
import dev.skerry.blob.BlobContent;
import dev.skerry.blob.BlobId;
import dev.skerry.blob.BlobPath;
import dev.skerry.blob.Checksum;
import dev.skerry.blob.ChecksumAlgorithm;
import dev.skerry.blob.Durability;
import dev.skerry.blob.Generation;
import dev.skerry.blob.LegalHold;
import dev.skerry.blob.PartRef;
import dev.skerry.blob.PlacementGroup;
import dev.skerry.blob.Retention;
import dev.skerry.blob.Sha256;
import dev.skerry.blob.StorageClass;
import dev.skerry.blob.VersionSelector;
import dev.skerry.blob.clock.HlcTimestamp;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Everything that changes a slot. A command carries all that is not deterministic (ids, times, the bucket's versioning
 * state), so that every replica that applies it in the same order gets the same rows and the same result.
 */
public sealed interface Command {
    /** Ids and times common to all commands. */
    Origin origin();

    /**
     * Where and when a command was made.
     *
     * @param placementGroup whose log it goes through
     * @param hlc orders it across nodes and regions; its millisecond is the time of day the command happened
     * @param homeRegion the region that made it
     * @param durability what the bucket or node asks of this command
     * @param occasion what it was made for
     * @param bucket as which the command knew its bucket, or null where that cannot have changed
     */
    record Origin(
            PlacementGroup placementGroup,
            HlcTimestamp hlc,
            String homeRegion,
            Durability durability,
            Occasion occasion,
            @Nullable BucketEpoch bucket) {
        /** Of a request or of upkeep, which events tell no more of. */
        public Origin(PlacementGroup placementGroup, HlcTimestamp hlc, String homeRegion, Durability durability) {
            this(placementGroup, hlc, homeRegion, durability, Occasion.REQUEST, null);
        }

        /** The same on another occasion. */
        public Origin on(Occasion other) {
            return occasion == other ? this : new Origin(placementGroup, hlc, homeRegion, durability, other, bucket);
        }

        /** The same, to be refused once the slot was told of a later epoch of the bucket. */
        public Origin of(BucketEpoch known) {
            return new Origin(placementGroup, hlc, homeRegion, durability, occasion, known);
        }

        /** The time of day the command happened. */
        public Instant at() {
            return hlc.instant();
        }
    }

    /**
     * A bucket as it was known at a time.
     *
     * @param epoch raised with every change that writes must know of
     */
    record BucketEpoch(String bucket, long epoch) {}

    /** What a command was made for, where its event tells it. */
    enum Occasion {
        /** Whatever the command itself says. */
        REQUEST,
        /** A write that copies another blob. */
        COPY,
        /** A write by the form of a web page. */
        FORM,
        /** A rule of the bucket's lifecycle. */
        LIFECYCLE
    }

    /** How a write or delete treats what was there. */
    enum Versioning {
        /** Never switched on: one null version, replaced by each write. */
        OFF,
        /** Every generation stays. */
        ENABLED,
        /** The null version is replaced, the others stay. */
        SUSPENDED
    }

    /**
     * What a write says of its bytes.
     *
     * @param sizeBytes plain size
     * @param etag S3's ETag without quotes
     * @param sha256 over the whole content, or null where unknown
     * @param checksums as asked for
     * @param content where the bytes are
     */
    record Body(long sizeBytes, String etag, @Nullable Sha256 sha256, List<Checksum> checksums, BlobContent content) {
        public Body {
            checksums = List.copyOf(checksums);
        }
    }

    /**
     * Makes staged bytes the path's newest generation. Result: {@link CommandResult.Written}.
     *
     * @param blobId the new generation's name
     * @param requested the generation the client chose, or null for the next one
     * @param writeId makes a retry of the same write a replay, or null
     */
    record PutBlob(
            Origin origin,
            BlobPath path,
            BlobId blobId,
            Versioning versioning,
            List<Precondition> preconditions,
            Body body,
            BlobAttributes attributes,
            @Nullable Generation requested,
            @Nullable String writeId)
            implements Command {
        public PutBlob {
            preconditions = List.copyOf(preconditions);
        }
    }

    /**
     * Brings in a generation from another store as it was there: its number, name and times. Any order will do. Refused
     * with {@code VersionConflict} where the path has that number under another name; a replay where it has it under
     * this one. Of two visible null versions the one of the higher number stays visible. Result:
     * {@link CommandResult.Written}.
     *
     * @param blobId its name, which no other generation in the slot has
     * @param body what it holds, or null for a tombstone
     * @param createdAt when it came to be
     * @param hiddenAt when it was deleted or replaced, or null while it stands
     */
    record ImportBlob(
            Origin origin,
            BlobPath path,
            Generation generation,
            BlobId blobId,
            boolean nullVersion,
            @Nullable Body body,
            BlobAttributes attributes,
            Instant createdAt,
            @Nullable Instant hiddenAt)
            implements Command {}

    /**
     * Deletes without naming a version: a new tombstone generation. On a path that has nothing S3 shows and versioning
     * off, nothing is written. Result: {@link CommandResult.Deleted}.
     */
    record DeleteBlob(
            Origin origin, BlobPath path, BlobId blobId, Versioning versioning, List<Precondition> preconditions)
            implements Command {
        public DeleteBlob {
            preconditions = List.copyOf(preconditions);
        }
    }

    /**
     * Deletes the version named: it is hidden from S3 at once and its bytes go after the grace period. The newest
     * version left becomes current. Deleting what is not there succeeds. Refused with {@code Locked} where the version
     * is locked. Result: {@link CommandResult.Deleted}.
     *
     * @param bypassGovernance whether retention of the mode {@code GOVERNANCE} is set aside
     */
    record DeleteVersion(
            Origin origin,
            BlobPath path,
            VersionSelector selector,
            List<Precondition> preconditions,
            boolean bypassGovernance)
            implements Command {
        public DeleteVersion {
            preconditions = List.copyOf(preconditions);
        }
    }

    /**
     * Takes back a deletion whose bytes are still there. Without a generation: the newest live generation stands again
     * and tombstones above it are hidden. With one: that generation stands again. Result:
     * {@link CommandResult.Written}.
     */
    record Undelete(Origin origin, BlobPath path, @Nullable Generation generation) implements Command {}

    /** Replaces the tags of a version; refused on a tombstone. Result: {@link CommandResult.Written}. */
    record SetTags(Origin origin, BlobPath path, VersionSelector selector, Map<String, String> tags)
            implements Command {
        public SetTags {
            tags = Map.copyOf(tags);
        }
    }

    /**
     * Sets the retention of a version, or lifts it where null; refused as {@link SetTags} is. Retention that holds can
     * be made longer; every other change is refused with {@code Locked}, unless its mode is {@code GOVERNANCE} and that
     * is bypassed. Result: {@link CommandResult.Written}.
     */
    record SetRetention(
            Origin origin,
            BlobPath path,
            VersionSelector selector,
            @Nullable Retention retention,
            boolean bypassGovernance)
            implements Command {}

    /** Sets the legal hold of a version; refused as {@link SetTags} is. Result: {@link CommandResult.Written}. */
    record SetLegalHold(Origin origin, BlobPath path, VersionSelector selector, LegalHold legalHold)
            implements Command {}

    /**
     * Replaces the access control list of a version, null for the owner alone; refused as {@link SetTags} is. Result:
     * {@link CommandResult.Written}.
     */
    record SetAcl(
            Origin origin,
            BlobPath path,
            VersionSelector selector,
            @Nullable String acl) implements Command {}

    /**
     * Does to a version what a lifecycle rule wants, if it is still the version that the rule was held against. Refused
     * with {@code PreconditionFailed} where it is not, with {@code Locked} where it would be lost and is locked.
     * Result: {@link CommandResult.Deleted}, or {@link CommandResult.Written} for a move.
     */
    record ApplyRule(Origin origin, BlobPath path, Judged judged, RuleAction action) implements Command {}

    /**
     * What a rule was held against.
     *
     * @param version the version by its name
     * @param tags those it had, or null where they made no difference
     */
    record Judged(BlobId version, @Nullable Map<String, String> tags) {
        public Judged {
            tags = tags == null ? null : Map.copyOf(tags);
        }
    }

    /** What a lifecycle rule wants of a version. */
    sealed interface RuleAction {
        /**
         * The path is deleted, of which it is the current version and has bytes.
         *
         * @param tombstoneId the new tombstone's name
         */
        record Expire(BlobId tombstoneId, Versioning versioning) implements RuleAction {}

        /** It is deleted; it is current no longer. */
        record RemoveVersion() implements RuleAction {}

        /** It is deleted; it is a tombstone, and the path has no other visible generation. */
        record RemoveMarker() implements RuleAction {}

        /** Its storage class changes; it has bytes. */
        record ChangeClass(StorageClass target) implements RuleAction {}
    }

    /** Opens a multipart upload. Result: {@link CommandResult.UploadBegun}. */
    record BeginUpload(Origin origin, Upload upload) implements Command {}

    /** Adds a part to an upload or replaces the one of its number. Result: {@link CommandResult.PartAdded}. */
    record AddUploadPart(Origin origin, BlobPath path, BlobId uploadId, UploadPart part) implements Command {}

    /**
     * Makes the parts named, in that order, the path's newest generation and ends the upload. A repeat after success is
     * a replay of the first result, found by the upload's id. Result: {@link CommandResult.Written}.
     *
     * @param blobId the new generation's name
     * @param parts what the client named
     * @param minimumPartBytes the least every part but the last must have
     * @param checksum the whole object's checksum the client claims, or null
     * @param defaultRetention of the bucket, for an upload that has none of its own; or null
     */
    record CompleteUpload(
            Origin origin,
            BlobPath path,
            BlobId uploadId,
            BlobId blobId,
            Versioning versioning,
            List<Precondition> preconditions,
            List<NamedPart> parts,
            long minimumPartBytes,
            @Nullable Checksum checksum,
            @Nullable Retention defaultRetention)
            implements Command {
        public CompleteUpload {
            preconditions = List.copyOf(preconditions);
            parts = List.copyOf(parts);
        }
    }

    /**
     * A part as the client names it on completion.
     *
     * @param number from 1
     * @param etag without quotes
     * @param checksums the client claims of it; may be empty
     */
    record NamedPart(int number, String etag, List<Checksum> checksums) {
        public NamedPart {
            checksums = List.copyOf(checksums);
        }
    }

    /** Ends an upload; its files become garbage. Refused when there is none. Result: {@link CommandResult.Done}. */
    record AbortUpload(Origin origin, BlobPath path, BlobId uploadId) implements Command {}

    /**
     * Takes a batch of generations out of the database whose grace is over: hidden ones (deleted or replaced) before
     * {@code hiddenBefore}, and tombstones with nothing live beneath them before {@code tombstonesBefore}. The newest
     * generation of a path goes last, so that numbers are not used twice while others are left. Their files are queued
     * as garbage. Result: {@link CommandResult.Purged}.
     */
    record Purge(Origin origin, Instant hiddenBefore, Instant tombstonesBefore, int limit) implements Command {}

    /** Strikes garbage from the queue whose files are gone. Result: {@link CommandResult.Done}. */
    record ForgetGarbage(Origin origin, Set<BlobId> folders) implements Command {
        public ForgetGarbage {
            folders = Set.copyOf(folders);
        }
    }

    /** Drops events up to a sequence, inclusive. Result: {@link CommandResult.Done}. */
    record TrimEvents(Origin origin, long upToSequenceInclusive) implements Command {}

    /**
     * Changes nothing, and is durable like any other: with {@link Durability#ALWAYS} everything committed before it is
     * durable once it returns. Result: {@link CommandResult.Done}.
     */
    record Barrier(Origin origin) implements Command {}

    /** Refuses from now on what was made before the bucket was in that epoch. Result: {@link CommandResult.Done}. */
    record FenceBucket(Origin origin, String name, long epoch) implements Command {}

    /**
     * A multipart upload under way.
     *
     * @param uploadId its id
     * @param path what it will become
     * @param attributes of the blob it will become
     * @param initiatorId canonical id of who began it
     * @param checksumAlgorithm as asked for at the start, or null
     * @param checksumType as asked for at the start, or null
     * @param initiatedAt when it began
     */
    record Upload(
            BlobId uploadId,
            BlobPath path,
            BlobAttributes attributes,
            String initiatorId,
            @Nullable ChecksumAlgorithm checksumAlgorithm,
            Checksum.@Nullable Type checksumType,
            Instant initiatedAt) {}

    /**
     * A part of an upload under way.
     *
     * @param number from 1 to 10000
     * @param folder the blob id its files were staged under
     * @param sizeBytes plain size
     * @param etag hexadecimal MD5 without quotes
     * @param checksums as asked for
     * @param parts its files, offsets counted from the part's own beginning
     * @param uploadedAt when it arrived
     */
    record UploadPart(
            int number,
            BlobId folder,
            long sizeBytes,
            String etag,
            List<Checksum> checksums,
            List<PartRef> parts,
            Instant uploadedAt) {
        public UploadPart {
            checksums = List.copyOf(checksums);
            parts = List.copyOf(parts);
        }
    }
}
