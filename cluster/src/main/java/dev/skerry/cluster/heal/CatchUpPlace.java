package dev.skerry.cluster.heal;

import dev.skerry.blob.BlobId;
import dev.skerry.blob.SlotId;
import dev.skerry.blob.part.PlaceFile;
import java.nio.file.Path;
import java.util.Optional;

/** Where catch-up stands, in a {@link PlaceFile}. For one thread at a time. */
public final class CatchUpPlace {
    private final PlaceFile file;

    /** The file, which need not be there; its folder is. */
    public CatchUpPlace(Path file) {
        this.file = new PlaceFile(file, "catch-up");
    }

    /** The slots before this one are done, and in it all generations up to {@code after}. */
    record Place(SlotId slot, BlobId after) {}

    Optional<Place> read() {
        return file.read(lines -> new Place(new SlotId(Integer.parseInt(lines.get(0))), new BlobId(lines.get(1))));
    }

    void keep(Place place) {
        file.keep(Integer.toString(place.slot().value()), place.after().toString());
    }

    void clear() {
        file.clear();
    }
}
