package dev.skerry.blob.lifecycle;

import dev.skerry.blob.StorageClass;
import java.util.List;

/**
 * The storage classes that blobs may be moved to, from the warmest to the coldest.
 *
 * @param order a class that is not in it counts as the first
 * @param bothWays whether a blob may be moved to a warmer class too; S3 moves it to colder ones only
 */
public record StorageClasses(List<StorageClass> order, boolean bothWays) {
    public StorageClasses {
        order = List.copyOf(order);
    }

    /** Whether blobs may be moved there at all. */
    public boolean knows(StorageClass storageClass) {
        return order.contains(storageClass);
    }

    /** How cold a class is. */
    public int rank(StorageClass storageClass) {
        return Math.max(0, order.indexOf(storageClass));
    }

    boolean mayMove(StorageClass from, StorageClass to) {
        return !from.equals(to) && (bothWays || rank(to) > rank(from));
    }
}
