package dev.skerry.cluster.raft;

import dev.skerry.blob.placement.PlacementPolicy.NodeId;
import dev.skerry.cluster.peer.NodeCalls;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.GroupManagementRequest;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.statemachine.StateMachine;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This node as a member of Raft groups: takes part in their logs, and brings entries to their leaders, wherever these
 * are. Safe for use by many threads.
 */
public final class RaftMember implements AutoCloseable {
    private static final String CHANGE = "raft-change";
    private static final String MEMBERS = "raft-members";
    private static final Logger log = LoggerFactory.getLogger(RaftMember.class);
    private static final long PAUSE_MS = 50;
    private static final Duration REOPEN = Duration.ofSeconds(1);

    private final NodeId self;
    private final NodeCalls calls;
    private final Timing timing;
    private final LogFolders folders;
    private final Executor executor;
    private final RaftServer server;
    private final ReadIndexes indexes;
    private final Submissions submissions;
    private final Map<RaftGroupId, RaftServer.Division> divisions = new ConcurrentHashMap<>();
    private final Set<RaftGroupId> reopening = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;
    private final ClientId client = ClientId.randomId();
    private final AtomicLong callIds = new AtomicLong(1);

    /**
     * How long things may take.
     *
     * @param electionMin the least time without a word from the leader after which a follower stands for election
     * @param electionMax the most
     * @param call how long the answer of another member is waited for
     * @param submit how long a leader is looked for
     * @param logEntries after how many entries the databases are made durable, and what of the log lies further back
     *     than half as many is deleted, segment by segment
     */
    public record Timing(Duration electionMin, Duration electionMax, Duration call, Duration submit, long logEntries) {
        private static final long LOG_ENTRIES = 20_000;

        /** With as much of the log as is usual. */
        public Timing(Duration electionMin, Duration electionMax, Duration call, Duration submit) {
            this(electionMin, electionMax, call, submit, LOG_ENTRIES);
        }

        /** For nodes of one site. */
        public static final Timing DEFAULT = new Timing(
                Duration.ofSeconds(1),
                Duration.ofSeconds(2),
                Duration.ofSeconds(2),
                Duration.ofSeconds(6),
                LOG_ENTRIES);
    }

    /**
     * A group and its members.
     *
     * @param id the same on all of them
     * @param nodes who they are; the first leads by preference
     */
    public record Group(RaftGroupId id, List<NodeId> nodes) {
        public Group {
            nodes = List.copyOf(nodes);
        }

        RaftGroup ratis() {
            return RaftGroup.valueOf(id, peers(nodes));
        }
    }

    static List<RaftPeer> peers(List<NodeId> nodes) {
        return nodes.stream()
                .map(node -> RaftPeer.newBuilder()
                        .setId(node.value())
                        .setPriority(node.equals(nodes.getFirst()) ? 1 : 0)
                        .build())
                .toList();
    }

    /** Nobody led the group in time; nothing was done, or it is not known whether. */
    public static final class NoLeaderException extends IOException {
        private static final long serialVersionUID = 1L;

        private final boolean outcomeUnknown;

        NoLeaderException(String message, boolean outcomeUnknown, @Nullable Throwable cause) {
            super(message, cause);
            this.outcomeUnknown = outcomeUnknown;
        }

        /** Whether a leader may have put the entry into the log. */
        public boolean outcomeUnknown() {
            return outcomeUnknown;
        }
    }

    /**
     * Joins the ports; {@link #start} begins.
     *
     * @param folder where the logs are; made where it is not there
     * @param machines gives what a group's log changes
     * @param executor runs what other members ask for and blocks; of platform threads
     */
    public RaftMember(
            NodeId self,
            Path folder,
            NodeCalls calls,
            Function<RaftGroupId, StateMachine> machines,
            Executor executor,
            Timing timing)
            throws IOException {
        this.self = self;
        this.calls = calls;
        this.timing = timing;
        this.executor = executor;
        this.folders = new LogFolders(folder);
        this.server = RaftServer.newBuilder()
                .setServerId(RaftPeerId.valueOf(self.value()))
                .setStateMachineRegistry(machines::apply)
                .setOption(RaftStorage.StartupOption.RECOVER)
                .setProperties(RaftSettings.of(folder, timing))
                .setParameters(RaftCalls.parameters(
                        new RaftCalls.Ports(calls, executor, timing.call().toMillis(), divisions::containsKey)))
                .build();
        this.indexes = new ReadIndexes(self, calls, this::standings, this::fellows);
        this.submissions = new Submissions(
                new Submissions.Ports(self, calls, server, this::leader, this::machine, executor), timing);
    }

    /** Begins; {@link #join} names the groups. */
    public void start() throws IOException {
        submissions.serve();
        calls.serve(CHANGE, request -> change(MemberChange.requested(request)));
        calls.serve(MEMBERS, this::membersAsked);
        server.start();
    }

    /**
     * Takes part in a group from now on, with the log that this node has of it, or a new one. Who its members are by
     * that log counts more than what is given here; of a group that was {@link #enter entered} it alone counts.
     */
    public void join(Group group) throws IOException {
        folders.use(group.id());
        open(group);
    }

    private void open(Group group) throws IOException {
        add(folders.isEntered(group.id()) ? RaftGroup.valueOf(group.id()) : group.ratis());
        machine(group.id()).ifPresent(machine -> machine.whenLogFailed(() -> reopenOnce(group)));
        RaftServer.Division division = server.getDivision(group.id());
        BooleanSupplier inUse = () -> !closed && division.equals(divisions.get(group.id()));
        new VoteWatch(division, folders.of(group.id()), executor).begin(inUse, () -> reopenOnce(group));
        new StuckLeader(() -> status(group.id()), executor)
                .begin(inUse, members -> handOver(new MemberChange(group.id(), members)));
    }

    private void handOver(MemberChange change) {
        NodeId next = change.nodes().getFirst();
        log.warn("entries cannot be applied here, another node is to lead group={} node={}", change.group(), next);
        CompletableFuture<byte[]> _ = lead(change)
                .whenComplete((answer, failure) -> log.info(
                        "another node was asked to lead group={} node={} answer={}",
                        change.group(),
                        next,
                        failure == null ? MemberChange.text(answer) : failure.toString()));
    }

    /** See {@link MemberChange#lead}. */
    CompletableFuture<byte[]> lead(MemberChange change) {
        return change.lead(server, client, callIds, executor);
    }

    private void reopenOnce(Group group) {
        if (reopening.add(group.id())) {
            executor.execute(() -> reopen(group));
        }
    }

    /**
     * Ratis gives a log up for good that could not be written once, and forgets votes that it could not write: it is
     * closed, and opened anew as soon as the disk lets it be.
     */
    private void reopen(Group group) {
        log.error("the log or its votes could not be written, and it is opened anew group={}", group.id());
        try {
            RaftServer.Division division = divisions.remove(group.id());
            if (division == null) {
                return;
            }
            close(group.id(), false);
            // a vote that was given was given in this term or before
            long term = division.getInfo().getCurrentTerm();
            for (boolean open = false; !open && !closed; ) {
                open = tryToOpen(group, term);
            }
        } catch (IOException e) {
            log.error("the log could not be closed: a restart is needed group={}", group.id(), e);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            reopening.remove(group.id());
        }
    }

    private boolean tryToOpen(Group group, long term) throws InterruptedException {
        try {
            OpenSegments.rewrite(folders.of(group.id()));
            new VoteFile(folders.of(group.id())).restore(term, self);
            open(group);
            return true;
        } catch (IOException | RuntimeException e) {
            log.warn("the log cannot be opened yet group={} reason={}", group.id(), e.toString());
            Thread.sleep(REOPEN);
            return false;
        }
    }

    private void close(RaftGroupId group, boolean forGood) throws IOException {
        if (groups().contains(group)) {
            RaftClientReply reply = server.groupManagement(GroupManagementRequest.newRemove(
                    client, server.getId(), callIds.getAndIncrement(), group, forGood, false));
            if (!reply.isSuccess()) {
                throw new IOException("group " + group + " was not left", reply.getException());
            }
        }
    }

    /** Whom this node takes for the leader of a group. */
    private Optional<NodeId> leader(RaftGroupId group) {
        return Optional.ofNullable(divisions.get(group))
                .map(division -> division.getInfo().getLeaderId())
                .map(leader -> new NodeId(leader.toString()));
    }

    /** What the group's log changes here, where this node takes part in it. */
    Optional<GroupMachine> machine(RaftGroupId group) {
        RaftServer.Division division = divisions.get(group);
        return division != null && division.getStateMachine() instanceof GroupMachine machine
                ? Optional.of(machine)
                : Optional.empty();
    }

    /**
     * Takes part in a group as one that knows none of its members and waits to be made one of them, by
     * {@link #changeMembers} on any node. Until then it does what the leader tells it, and neither votes nor stands for
     * election. That outlives a restart: {@link #join} goes on with it.
     */
    public void enter(RaftGroupId group) throws IOException {
        folders.markEntered(group);
        join(new Group(group, List.of()));
    }

    private void add(RaftGroup group) throws IOException {
        RaftClientReply reply = server.groupManagement(
                GroupManagementRequest.newAdd(client, server.getId(), callIds.getAndIncrement(), group, false));
        if (!reply.isSuccess()) {
            throw new IOException("group " + group.getGroupId() + " was not joined", reply.getException());
        }
        divisions.put(group.getGroupId(), server.getDivision(group.getGroupId()));
    }

    /**
     * Takes no part in the group any more, and deletes this node's log of it; does nothing where there is none. Its
     * members are to be {@link #changeMembers changed} before: a voter that forgets its votes endangers what the others
     * agreed on.
     */
    public void leave(RaftGroupId group) throws IOException {
        ClosingLeader.free(divisions.remove(group));
        close(group, true);
        folders.delete(group);
    }

    /**
     * Why this node's log of the group is no use, if it is not; see {@link LogFolders#uselessAside}. To be asked before
     * {@link #join}, which would fail.
     */
    Optional<String> uselessLog(RaftGroupId group, long applied) throws IOException {
        return folders.uselessAside(group, applied);
    }

    /** The groups this node takes part in. */
    public Set<RaftGroupId> groups() {
        Set<RaftGroupId> groups = new HashSet<>();
        server.getGroupIds().forEach(groups::add);
        return groups;
    }

    /** Whether this node leads the group at present, as far as it knows. */
    public boolean leads(RaftGroupId group) {
        try {
            return server.getDivision(group).getInfo().isLeader();
        } catch (IOException _) {
            return false;
        }
    }

    /** How a group looks from this node; nothing where it takes no part in it. */
    public Optional<GroupStatus> status(RaftGroupId group) {
        RaftServer.Division division = divisions.get(group);
        if (division == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(GroupStatus.of(division));
        } catch (IllegalStateException _) {
            // what Ratis throws of a log that is being opened
            return Optional.empty();
        }
    }

    /**
     * Who votes in a group, by whoever leads it. Blocks.
     *
     * @param group who may know
     * @return the first of them leads by preference
     * @throws IOException if nobody who was asked leads it
     */
    public List<NodeId> members(Group group) throws IOException, InterruptedException {
        byte[] question = group.id().getUuid().toString().getBytes(StandardCharsets.UTF_8);
        for (NodeId node : candidates(group)) {
            CompletableFuture<byte[]> asked =
                    node.equals(self) ? membersAsked(question) : calls.call(node, MEMBERS, question);
            try {
                String answer =
                        new String(asked.get(timing.call().toMillis(), TimeUnit.MILLISECONDS), StandardCharsets.UTF_8);
                if (!answer.isEmpty()) {
                    return answer.lines().map(NodeId::new).toList();
                }
            } catch (ExecutionException | TimeoutException _) {
                // another one may know
            }
        }
        throw new IOException("nobody of " + group.nodes() + " leads group " + group.id());
    }

    private CompletableFuture<byte[]> membersAsked(byte[] request) {
        RaftGroupId group = RaftGroupId.valueOf(UUID.fromString(new String(request, StandardCharsets.UTF_8)));
        return CompletableFuture.completedFuture(
                status(group).filter(GroupStatus::leads).map(GroupStatus::members).orElse(List.of()).stream()
                        .map(NodeId::value)
                        .collect(Collectors.joining("\n"))
                        .getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Makes the nodes the members of a group, in place of who they are. One that is new must have {@link #enter
     * entered} it: it is brought up to date first, and votes once it is. Whether that was done already does not matter;
     * it may be called again wherever it failed. Blocks.
     *
     * @param group whom to ask for its leader
     * @param nodes who shall vote; the first leads by preference. The new ones among them must be fewer than the others
     *     (or one beside one)
     * @throws IOException if it was refused, or not done within that time; then it may still be done
     */
    public void changeMembers(Group group, List<NodeId> nodes, Duration within)
            throws IOException, InterruptedException {
        MemberChange change = new MemberChange(group.id(), nodes);
        change.make(
                candidates(group),
                node -> node.equals(self) ? change(change) : calls.call(node, CHANGE, change.request()),
                timing.call(),
                within);
    }

    private List<NodeId> candidates(Group group) {
        return Stream.concat(Stream.of(self), group.nodes().stream().filter(node -> !node.equals(self)))
                .toList();
    }

    private CompletableFuture<byte[]> change(MemberChange change) {
        return change.on(server, client, callIds, executor);
    }

    /**
     * Brings an entry into the log of a group, once, and waits for what applying it gave. Does not block.
     *
     * @return what the group's machine answered; fails with {@link NoLeaderException} where no leader was found in time
     */
    public CompletableFuture<byte[]> submit(Group group, byte[] entry) {
        return submissions.submit(group, entry);
    }

    /**
     * Waits until this node, a member of the group, has applied all that was acknowledged to anybody before the call:
     * what is read of it from then on is not stale. Does not block.
     *
     * @return fails with an {@link IOException} where the leader cannot be asked in time, as in a minority
     */
    public CompletableFuture<Void> catchUp(RaftGroupId group) {
        return catchUp(group, System.nanoTime() + timing.submit().toNanos());
    }

    private CompletableFuture<Void> catchUp(RaftGroupId group, long deadline) {
        return withinCall(indexes.of(group).thenCompose(index -> reached(group, index)))
                .<Throwable>handle((_, failure) -> failure == null ? null : RaftFailures.unwrapped(failure))
                .thenCompose(problem -> {
                    if (problem == null) {
                        return CompletableFuture.completedFuture(null);
                    }
                    if (System.nanoTime() >= deadline) {
                        return CompletableFuture.failedFuture(new NoLeaderException(
                                "the leader of group " + group + " did not answer within " + timing.submit(),
                                false,
                                problem));
                    }
                    return Elsewhere.begin(pause(), () -> catchUp(group, deadline));
                });
    }

    private CompletableFuture<Void> reached(RaftGroupId group, long index) {
        return machine(group)
                .map(machine -> machine.reached(index))
                .orElseGet(() -> CompletableFuture.failedFuture(new IOException("group " + group + " is not here")));
    }

    /** Where this node stands in each of its groups. */
    private Map<RaftGroupId, Standing> standings() {
        Map<RaftGroupId, Standing> standings = new HashMap<>();
        divisions.forEach((group, division) -> standings.put(group, Standing.of(division)));
        return standings;
    }

    /** Who is in any of this node's groups. */
    private Set<NodeId> fellows() {
        return divisions.values().stream()
                .flatMap(division -> division.getRaftConf().getAllPeers().stream())
                .map(peer -> new NodeId(peer.getId().toString()))
                .collect(Collectors.toSet());
    }

    private Executor pause() {
        return CompletableFuture.delayedExecutor(PAUSE_MS, TimeUnit.MILLISECONDS, executor);
    }

    /** A question can be lost with the leader it was put to; then it is better put again than waited for. */
    private <A> CompletableFuture<A> withinCall(CompletableFuture<A> asked) {
        return asked.copy().orTimeout(timing.call().toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() throws IOException {
        closed = true;
        server.close();
    }
}
