package dev.skerry.blob;

/** Which generation of a path is meant. */
public sealed interface VersionSelector {
    /** The current version: the newest S3 shows, a tombstone included. */
    VersionSelector CURRENT = new Current();

    /** The newest that has bytes and stands, looking past tombstones. */
    VersionSelector LATEST_LIVE = new LatestLive();

    /** The one S3 calls {@code null}. */
    VersionSelector NULL_VERSION = new NullVersion();

    /** See {@link #CURRENT}. */
    record Current() implements VersionSelector {}

    /** See {@link #LATEST_LIVE}. */
    record LatestLive() implements VersionSelector {}

    /** See {@link #NULL_VERSION}; hidden generations are not found. */
    record NullVersion() implements VersionSelector {}

    /** By number, deleted and replaced ones included while garbage collection has not taken them. */
    record ByGeneration(Generation generation) implements VersionSelector {}

    /** By S3's version id; hidden generations are not found. */
    record ByBlobId(BlobId blobId) implements VersionSelector {}
}
