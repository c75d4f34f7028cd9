package dev.skerry.blob;

import dev.skerry.blob.clock.HlcTimestamp;
import java.util.Set;

/** How far a generation has come on its way to other regions. */
public sealed interface ReplicationStatus {
    /** No replication was asked for. */
    record None() implements ReplicationStatus {}

    /** It waits to reach the regions named. */
    record Pending(Set<String> targetRegions) implements ReplicationStatus {
        public Pending {
            targetRegions = Set.copyOf(targetRegions);
        }
    }

    /** It reached the regions named at that time. */
    record Replicated(Set<String> regions, HlcTimestamp hlc) implements ReplicationStatus {
        public Replicated {
            regions = Set.copyOf(regions);
        }
    }

    /** It was given up, and why. */
    record Failed(String reason) implements ReplicationStatus {}
}
