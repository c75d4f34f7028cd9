package dev.skerry.blob;

/**
 * A fixed set of slots that share their replicas and one commit log.
 *
 * @param value from 0; 0 is the only one on a single node
 */
public record PlacementGroup(int value) {
    /** The group that holds everything on a single node. */
    public static final PlacementGroup ZERO = new PlacementGroup(0);

    public PlacementGroup {
        if (value < 0) {
            throw new IllegalArgumentException("placement group: " + value + " (expected: 0 or more)");
        }
    }
}
