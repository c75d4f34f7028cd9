package dev.skerry.cluster.topology;

import dev.skerry.blob.PlacementGroup;
import dev.skerry.blob.SlotId;
import dev.skerry.blob.failure.StoreException;
import dev.skerry.blob.placement.PlacementPolicy.NodeId;
import dev.skerry.cluster.heal.GroupParts;
import dev.skerry.cluster.placement.SlotMap.Assignment;
import dev.skerry.cluster.placement.Topology;
import dev.skerry.cluster.raft.GroupLogs;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the topology with what this node holds: opens the logs of groups that it is to be filled with, and leaves
 * those that it is to hold no more. It looks again and again at what is, so a crash at any point is gone on from.
 *
 * <p>What it has of a group that it left goes only once the group's voters are others, and each of those has said that
 * it has every part: a write under way at the change may have reached this node and only one of them.
 */
public final class OwnGroups {
    private static final Logger log = LoggerFactory.getLogger(OwnGroups.class);
    private static final Duration LOOK_EVERY = Duration.ofMillis(500);

    /** By then the other nodes know that this one holds the group no more, and their writes are in the log. */
    private static final Duration SETTLED = Duration.ofSeconds(5);

    private final Ports ports;

    /** Since when this node is to have none of a group of which it has something; of the timer's thread. */
    private final Map<PlacementGroup, Long> gone = new ConcurrentHashMap<>();

    /**
     * What it works with.
     *
     * @param eraseParts deletes all part files of a slot on this node
     * @param timer with a thread of its own; stopped by its owner
     */
    public record Ports(
            NodeId self,
            Supplier<Topology> topology,
            GroupLogs logs,
            GroupParts parts,
            Consumer<SlotId> eraseParts,
            ScheduledExecutorService timer) {}

    /** Does nothing yet. */
    public OwnGroups(Ports ports) {
        this.ports = ports;
    }

    /** Begins; goes on until the timer is stopped. */
    public void start() {
        ScheduledFuture<?> _ =
                ports.timer.scheduleWithFixedDelay(this::look, 0, LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** The groups that this node should not hold and has something of, by their numbers. */
    public List<Integer> leftovers() {
        return ports.topology.get().map().assignments().stream()
                .filter(each -> !isOurs(each) && ports.logs.holds(each.group()))
                .map(each -> each.group().value())
                .toList();
    }

    private boolean isOurs(Assignment assignment) {
        return assignment.replicas().contains(ports.self)
                || assignment.learners().contains(ports.self);
    }

    private void look() {
        try {
            ports.logs.settleCommonLog();
        } catch (IOException | RuntimeException e) {
            log.info("the log that all groups shared cannot be left yet reason={}", e.toString());
        }
        for (Assignment each : ports.topology.get().map().assignments()) {
            try {
                look(each);
            } catch (IOException | StoreException e) {
                log.info("a group is not as it should be here yet group={} reason={}", each.group(), e.getMessage());
            } catch (RuntimeException e) {
                log.error("a group cannot be brought where it should be group={}", each.group(), e);
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private void look(Assignment assignment) throws IOException, InterruptedException {
        PlacementGroup group = assignment.group();
        if (isOurs(assignment)) {
            gone.remove(group);
            if (!ports.logs.isOpen(group) && mayEnter(assignment)) {
                log.info("this node is to hold a group and opens its log group={}", group.value());
                ports.logs.enter(group);
            }
        } else if (ports.logs.holds(group)) {
            long since = gone.computeIfAbsent(group, _ -> System.nanoTime());
            if (System.nanoTime() - since > SETTLED.toNanos()) {
                give(assignment);
            }
        } else {
            gone.remove(group);
        }
    }

    /** A voter's log lies aside where this node's copy of the topology was behind when it started. */
    private boolean mayEnter(Assignment assignment) {
        return assignment.learners().contains(ports.self) || ports.logs.liesAside(assignment.group());
    }

    private void give(Assignment assignment) throws IOException, InterruptedException {
        PlacementGroup group = assignment.group();
        if (!ports.logs.leave(group)) {
            return;
        }
        String ticket = "left by " + ports.self.value() + " " + assignment.epoch();
        for (NodeId holder : assignment.replicas()) {
            if (!ports.parts.isWhole(holder, group, ticket)) {
                return;
            }
        }
        Topology now = ports.topology.get();
        if (isOurs(now.map().of(group))) {
            return;
        }
        now.map().groups().slotsOf(group).forEach(ports.eraseParts);
        ports.logs.erase(group);
        log.info("this node holds a group no more group={}", group.value());
    }
}
