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
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.ratis.protocol.RaftGroupId;

/**
 * The commit log of a cluster: a command is part of an entry of the Raft log that changes its placement group, and is
 * applied once a majority of those who keep it have it on disk.
 */
public final class RaftCommitLog implements CommitLog {
    /** A log ends once, and what goes on after it does not. */
    private static final int MAX_LOGS = 3;

    private final RaftMember member;
    private final Function<SlotId, RaftMember.Group> groups;
    private final Consumer<RaftGroupId> ended;
    private final CommandCodec codec;
    private final Map<RaftGroupId, SharedEntries> entries = new ConcurrentHashMap<>();
    private volatile boolean closed;

    /** Joins the log to the groups; the member is its owner's, who starts and closes it. */
    public RaftCommitLog(RaftMember member, Function<SlotId, RaftMember.Group> groups, CommandCodec codec) {
        this(member, groups, _ -> {}, codec);
    }

    /**
     * The same where a log may end.
     *
     * @param groups the group whose log changes a slot, as this node knows at each moment
     * @param ended told of a log that has; from then on {@code groups} gives another
     */
    RaftCommitLog(
            RaftMember member,
            Function<SlotId, RaftMember.Group> groups,
            Consumer<RaftGroupId> ended,
            CommandCodec codec) {
        this.member = member;
        this.groups = groups;
        this.ended = ended;
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
        return submit(slot, commands, 1);
    }

    /** What came to a log that had ended before is put into the one that goes on. */
    private CompletableFuture<Optional<List<CommandResult>>> submit(SlotId slot, List<Command> commands, int tried) {
        RaftGroupId log = groups.apply(slot).id();
        return entries.computeIfAbsent(log, _ -> new SharedEntries(bytes -> submit(log, slot, bytes), codec))
                .add(slot, commands)
                .exceptionallyCompose(failure -> {
                    if (!(failure instanceof SharedEntries.LogEndedException) || tried == MAX_LOGS) {
                        return CompletableFuture.failedFuture(failure);
                    }
                    ended.accept(log);
                    return submit(slot, commands, tried + 1);
                });
    }

    /** Never into another log: an entry may have commands of other slots too, which that one is not for. */
    private CompletableFuture<byte[]> submit(RaftGroupId log, SlotId slot, byte[] entry) {
        RaftMember.Group group = groups.apply(slot);
        return group.id().equals(log)
                ? member.submit(group, entry)
                : CompletableFuture.failedFuture(new SharedEntries.LogEndedException());
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
