package dev.skerry.cluster.raft;

import dev.skerry.blob.SlotId;
import dev.skerry.blob.commit.Command;
import dev.skerry.blob.commit.CommandResult;
import dev.skerry.blob.commit.LogPosition;
import dev.skerry.blob.commit.SlotReplicas;
import dev.skerry.blob.placement.PlacementPolicy.NodeId;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.thirdparty.com.google.protobuf.UnsafeByteOperations;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The slots of a placement group, as its Raft group changes them; they are done in any order. */
class SlotGroup extends GroupMachine {
    private static final Logger log = LoggerFactory.getLogger(SlotGroup.class);

    private final List<SlotId> slots;
    private final SlotReplicas replicas;
    private final CommandCodec codec;
    private final DatabaseTransfer transfer;
    private final TakenDigests digests;

    /** From where a slot that was out of service then has not been given everything. */
    private volatile LogPosition began = LogPosition.START;

    SlotGroup(
            List<SlotId> slots,
            SlotReplicas replicas,
            CommandCodec codec,
            DatabaseTransfer transfer,
            TakenDigests digests) {
        super(transfer.executor());
        this.transfer = transfer;
        this.digests = digests;
        this.slots = List.copyOf(slots);
        this.replicas = replicas;
        this.codec = codec;
    }

    /**
     * Says of all slots that they are one entry further than the furthest of them: a log that begins there has no entry
     * that one of them would take for applied already. Durable once this returns; blocks.
     */
    static void beginAfter(List<SlotId> slots, SlotReplicas replicas) {
        LogPosition furthest = slots.stream()
                .map(replicas::position)
                .max(Comparator.comparingLong(LogPosition::index))
                .orElse(LogPosition.START);
        slots.forEach(slot -> replicas.sync(slot, RaftNode.after(furthest)));
    }

    /**
     * The slots have applied at least what the one that is least far has. One that is out of service is not counted: it
     * waits for what it is given, until another node's copy takes its place.
     */
    @Override
    LogPosition position() {
        LogPosition least = slots.stream()
                .filter(replicas::inService)
                .map(replicas::position)
                .min(Comparator.comparingLong(LogPosition::index))
                .orElse(LogPosition.START);
        began = least;
        return least;
    }

    @Override
    public void initialize(RaftServer server, RaftGroupId groupId, RaftStorage storage) throws IOException {
        super.initialize(server, groupId, storage);
        if (offers()) {
            transfer.has(this, slots);
        }
    }

    /** Whether other nodes are given copies of the slots as this log has them. */
    boolean offers() {
        return true;
    }

    /** Which log this is. */
    RaftGroupId log() {
        return getGroupId();
    }

    /** A copy of all that the group had applied before the call. */
    Path copy(SlotId slot) {
        TermIndex position = getLastAppliedTermIndex();
        replicas.sync(slot, new LogPosition(position.getTerm(), position.getIndex()));
        return replicas.copy(slot);
    }

    @Override
    void fetch(NodeId leader, long first) throws IOException {
        for (SlotId slot : slots) {
            long index = replicas.position(slot).index();
            if (!replicas.inService(slot) || index == 0 || index + 1 < first) {
                transfer.fetch(leader, getGroupId(), slot, new LogPosition(0, first - 1));
            }
        }
    }

    /** Fetches a slot that is out of service from another member; blocks. */
    void mend(SlotId slot, NodeId node) throws IOException {
        transfer.fetch(node, getGroupId(), slot, began);
    }

    @Override
    Applied apply(LogPosition position, byte[] bytes, boolean awaited) {
        Work work;
        try {
            work = read(bytes);
        } catch (IllegalArgumentException e) {
            // to leave it out would be to go another way than the others: nothing more is applied, and reads wait
            log.error("an entry of the log cannot be read: is this an older program? group={}", getId(), e);
            return new Applied(new CompletableFuture<>());
        }
        Map<SlotId, SlotReplicas.Application> applied = new HashMap<>();
        work.commands.forEach((slot, commands) -> applied.put(
                slot,
                awaited ? replicas.apply(slot, position, commands) : replicas.applyLater(slot, position, commands)));
        work.compared.stream()
                // not what is given again after a restart and was applied: it would be another state
                .filter(each -> replicas.position(each.slot()).isBefore(position))
                .forEach(each -> digests.take(each.slot(), each.mark()));
        return new Applied(
                all(applied, SlotReplicas.Application::results).thenApply(_ -> results(work.places, applied)),
                all(applied, SlotReplicas.Application::seen));
    }

    private static CompletableFuture<Void> all(
            Map<SlotId, SlotReplicas.Application> applied,
            Function<SlotReplicas.Application, CompletableFuture<?>> what) {
        return CompletableFuture.allOf(applied.values().stream().map(what).toArray(CompletableFuture<?>[]::new));
    }

    @Override
    void hurry() {
        slots.forEach(replicas::hurry);
    }

    /** A slot is given an entry once, so what is for one slot is put together. */
    private Work read(byte[] bytes) {
        CommandCodec.Entry entry = codec.entry(bytes);
        List<CommandCodec.Compared> compared = entry.compared();
        Work work = new Work(new HashMap<>(), new ArrayList<>(), compared == null ? List.of() : compared);
        for (CommandCodec.Part part : entry.parts()) {
            List<Command> ofSlot = work.commands.computeIfAbsent(part.slot(), _ -> new ArrayList<>());
            int from = ofSlot.size();
            ofSlot.addAll(codec.commands(part));
            work.places.add(new Place(part.slot(), from, ofSlot.size()));
        }
        return work;
    }

    /** What an entry is for. */
    private record Work(
            Map<SlotId, List<Command>> commands, List<Place> places, List<CommandCodec.Compared> compared) {}

    /** Which of a slot's results belong to a part of an entry. */
    private record Place(SlotId slot, int from, int to) {}

    /** As bytes, since Ratis keeps it for as long as it may be asked for once more. */
    private Message results(List<Place> places, Map<SlotId, SlotReplicas.Application> applied) {
        List<@Nullable List<CommandResult>> parts = new ArrayList<>(places.size());
        for (Place place : places) {
            List<CommandResult> ofSlot =
                    Objects.requireNonNull(applied.get(place.slot)).results().join();
            parts.add(ofSlot == null ? null : ofSlot.subList(place.from, place.to));
        }
        return Message.valueOf(UnsafeByteOperations.unsafeWrap(codec.encode(parts)));
    }

    @Override
    void persist(LogPosition upTo) {
        slots.forEach(slot -> replicas.sync(slot, upTo));
    }
}
