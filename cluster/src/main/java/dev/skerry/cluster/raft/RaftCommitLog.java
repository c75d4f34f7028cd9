package dev.skerry.cluster.raft;

import dev.skerry.blob.SlotId;
import dev.skerry.blob.commit.Command;
import dev.skerry.blob.commit.CommandResult;
import dev.skerry.blob.commit.CommitLog;
import dev.skerry.blob.failure.StoreException;
import dev.skerry.blob.failure.StoreFailure;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.apache.ratis.protocol.RaftGroupId;

/**
 * The commit log of a cluster: a command is part of an entry of its placement group's Raft log, and is applied once a
 * majority of the group has it on disk.
 */
public final class RaftCommitLog implements CommitLog {
    private final RaftMember member;
    private final Function<SlotId, RaftMember.Group> groups;
    private final CommandCodec codec;
    private final Map<RaftGroupId, SharedEntries> entries = new ConcurrentHashMap<>();
    private volatile boolean closed;

    /** Joins the log to the groups; the member is its owner's, who starts and closes it. */
    public RaftCommitLog(RaftMember member, Function<SlotId, RaftMember.Group> groups, CommandCodec codec) {
        this.member = member;
        this.groups = groups;
        this.codec = codec;
    }

    @Override
    public CommandResult commit(SlotId slot, Command command) {
        return await(submit(slot, List.of(command))).getFirst();
    }

    /** The commands of one slot are one entry, or a few where they are many: so they keep their order. */
    @Override
    public List<Outcome> commitAll(List<Addressed> commands) {
        Map<SlotId, List<Integer>> bySlot = new TreeMap<>(Comparator.comparingInt(SlotId::value));
        for (int i = 0; i < commands.size(); i++) {
            bySlot.computeIfAbsent(commands.get(i).slot(), _ -> new ArrayList<>())
                    .add(i);
        }
        Outcome[] outcomes = new Outcome[commands.size()];
        for (int from = 0; !bySlot.isEmpty(); from += SharedEntries.MAX_COMMANDS) {
            int first = from;
            bySlot.values().removeIf(numbers -> numbers.size() <= first);
            Map<List<Integer>, CompletableFuture<Optional<List<CommandResult>>>> round = new LinkedHashMap<>();
            bySlot.forEach((slot, numbers) -> {
                List<Integer> chosen =
                        numbers.subList(first, Math.min(first + SharedEntries.MAX_COMMANDS, numbers.size()));
                round.put(
                        chosen,
                        submit(
                                slot,
                                chosen.stream()
                                        .map(i -> commands.get(i).command())
                                        .toList()));
            });
            round.forEach((chosen, submitted) -> decide(chosen, submitted, outcomes));
        }
        return List.of(outcomes);
    }

    private void decide(
            List<Integer> chosen, CompletableFuture<Optional<List<CommandResult>>> submitted, Outcome[] outcomes) {
        try {
            List<CommandResult> results = await(submitted);
            for (int i = 0; i < chosen.size(); i++) {
                outcomes[chosen.get(i)] = new Outcome.Decided(results.get(i));
            }
        } catch (StoreException e) {
            chosen.forEach(number -> outcomes[number] = new Outcome.Failed(e));
        }
    }

    private CompletableFuture<Optional<List<CommandResult>>> submit(SlotId slot, List<Command> commands) {
        if (closed) {
            return CompletableFuture.failedFuture(
                    new StoreException(new StoreFailure.Busy("the commit log is closed")));
        }
        return entries.computeIfAbsent(
                        groups.apply(slot).id(),
                        _ -> new SharedEntries(bytes -> member.submit(groups.apply(slot), bytes), codec))
                .add(slot, commands);
    }

    /** An interrupt does not end the wait: the command may be applied whether or not anybody listens. */
    private List<CommandResult> await(CompletableFuture<Optional<List<CommandResult>>> submitted) {
        try {
            return submitted
                    .join()
                    .orElseThrow(() -> RaftFailures.unknown("the entry was applied before a restart", null));
        } catch (CompletionException e) {
            throw RaftFailures.translate(e.getCause() == null ? e : e.getCause());
        } finally {
            ReadScope.wrote();
        }
    }

    @Override
    public boolean leads(SlotId slot) {
        return member.leads(groups.apply(slot).id());
    }

    @Override
    public boolean shared() {
        return true;
    }

    @Override
    public void close() {
        closed = true;
    }
}
