package dev.skerry.blob.lifecycle;

import dev.skerry.blob.catalog.Bucket;
import dev.skerry.blob.part.PlaceFile;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Optional;

/** Where a pass of the lifecycle's rules stands, in a {@link PlaceFile}. For one thread at a time. */
public final class CursorFile {
    private final PlaceFile file;

    /** The file, which need not be there; its folder is. */
    public CursorFile(Path file) {
        this.file = new PlaceFile(file, "lifecycle");
    }

    /**
     * Where a pass stands: the buckets before this one are done, and in it all keys up to {@code key}.
     *
     * @param bucket by its name
     * @param created which bucket of that name, by the packed time of its creation
     * @param key as raw bytes; empty for none yet
     */
    record Place(String bucket, long created, byte[] key) {
        static Place in(Bucket bucket, byte[] key) {
            return new Place(bucket.name(), bucket.created().packed(), key);
        }

        boolean isIn(Bucket other) {
            return bucket.equals(other.name()) && created == other.created().packed();
        }
    }

    /** Where the last pass broke off; empty where it did not, or where nobody can tell. */
    Optional<Place> read() {
        return file.read(lines -> new Place(
                lines.get(0),
                Long.parseLong(lines.get(1)),
                Base64.getUrlDecoder().decode(lines.get(2))));
    }

    /** Keeps a place. */
    void keep(Place place) {
        file.keep(
                place.bucket(),
                Long.toString(place.created()),
                Base64.getUrlEncoder().withoutPadding().encodeToString(place.key()));
    }

    /** The pass is over. */
    void clear() {
        file.clear();
    }
}
