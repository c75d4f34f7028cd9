package dev.skerry.blob.commit;

import dev.skerry.blob.BlobMeta;
import dev.skerry.blob.failure.StoreFailure;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What became of a {@link Command}. */
public sealed interface CommandResult {
    /**
     * A generation stands.
     *
     * @param meta as it now is
     * @param replay whether an earlier command already made it
     */
    record Written(BlobMeta meta, boolean replay) implements CommandResult {}

    /**
     * A deletion took place, or there was nothing to delete.
     *
     * @param tombstone the generation that now says deleted, where a new one was written
     * @param removed the version that was named and is now hidden, where there was one
     */
    record Deleted(@Nullable BlobMeta tombstone, @Nullable BlobMeta removed) implements CommandResult {
        /** The generation that now says deleted. */
        public Optional<BlobMeta> newTombstone() {
            return Optional.ofNullable(tombstone);
        }

        /** The version that was named and is now hidden. */
        public Optional<BlobMeta> removedVersion() {
            return Optional.ofNullable(removed);
        }
    }

    /** The upload is open. */
    record UploadBegun(Command.Upload upload) implements CommandResult {}

    /** The part is there. */
    record PartAdded(Command.UploadPart part) implements CommandResult {}

    /**
     * A batch was purged.
     *
     * @param generations how many rows went
     * @param more whether the limit ended the batch
     */
    record Purged(int generations, boolean more) implements CommandResult {}

    /** It was done, and there is nothing to say about it. */
    record Done() implements CommandResult {}

    /** Nothing was changed. */
    record Refused(StoreFailure failure) implements CommandResult {}
}
