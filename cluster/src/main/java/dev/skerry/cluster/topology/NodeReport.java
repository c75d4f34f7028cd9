package dev.skerry.cluster.topology;

import dev.skerry.blob.placement.PlacementPolicy.NodeId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a node says of itself, for those who ask how the cluster is.
 *
 * @param version of its program
 * @param revision of the topology it goes by
 * @param logs those it takes part in; a placement group's is there where one that it shares changes it, too
 * @param slots those it holds
 * @param catchUp what it has fetched since it was started
 * @param leftovers placement groups that it should not hold and has something of
 * @param moving what it does to bring groups where they should be; empty for nothing, as on all nodes but one
 */
public record NodeReport(
        NodeId node,
        String version,
        long revision,
        List<Log> logs,
        List<Slot> slots,
        Fetched catchUp,
        List<Integer> leftovers,
        String moving) {
    /** The name of the log that all placement groups share; where a node has it, it is what changes them there. */
    public static final String COMMON = "common";

    public NodeReport {
        leftovers = List.copyOf(leftovers);
        logs = List.copyOf(logs);
        slots = List.copyOf(slots);
    }

    /**
     * A log as the node has it.
     *
     * @param name {@code catalog}, or the placement group's number
     * @param leader who leads it as far as the node knows
     * @param behindMillis for how long the node has known of entries that it has not applied
     */
    public record Log(
            String name,
            boolean leads,
            @Nullable NodeId leader,
            long term,
            long appliedIndex,
            long committedIndex,
            long behindMillis,
            List<NodeId> members) {
        public Log {
            members = List.copyOf(members);
        }

        /** The same log by another name. */
        public Log as(String other) {
            return new Log(other, leads, leader, term, appliedIndex, committedIndex, behindMillis, members);
        }
    }

    /**
     * A slot as the node has it.
     *
     * @param scrubbedSeconds how long ago its parts were last read through, or null where that is not known
     */
    public record Slot(int slot, @Nullable Long scrubbedSeconds) {}

    /** Whether it takes part in the log of that name. */
    public boolean hasLog(String name) {
        return logs.stream().anyMatch(log -> log.name().equals(name));
    }

    /** Whether it leads that log, as far as it knows. */
    public boolean leads(String name) {
        return logs.stream().anyMatch(log -> log.name().equals(name) && log.leads());
    }

    /** For how long it has known of entries of that log that it has not applied; 0 where it has no such log. */
    public long behindMillis(String name) {
        return logs.stream()
                .filter(log -> log.name().equals(name))
                .mapToLong(Log::behindMillis)
                .max()
                .orElse(0);
    }

    /** Parts that were missing. */
    public record Fetched(long parts, long bytes, long failed) {}
}
