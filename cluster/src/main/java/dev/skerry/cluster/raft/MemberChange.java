package dev.skerry.cluster.raft;

import dev.skerry.blob.placement.PlacementPolicy.NodeId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.protocol.SetConfigurationRequest;
import org.apache.ratis.protocol.TransferLeadershipRequest;
import org.apache.ratis.protocol.exceptions.NotLeaderException;
import org.apache.ratis.protocol.exceptions.SetConfigurationException;
import org.apache.ratis.server.RaftServer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A change of a group's members on its way to whoever leads it. It is asked for again and again: a leader that has made
 * it says so, and one that is at it refuses another meanwhile.
 *
 * @param group whose members
 * @param nodes who shall vote from then on; the first leads by preference
 */
record MemberChange(RaftGroupId group, List<NodeId> nodes) {
    private static final Logger log = LoggerFactory.getLogger(MemberChange.class);
    private static final Duration PAUSE = Duration.ofMillis(200);
    private static final Duration HAND_OVER = Duration.ofSeconds(2);
    private static final Duration WORD_EVERY = Duration.ofSeconds(10);

    MemberChange {
        nodes = List.copyOf(nodes);
        if (nodes.isEmpty()) {
            throw new IllegalArgumentException("members of group " + group + ": none (expected: one or more)");
        }
    }

    /**
     * Puts it to this node's server. Where that leads and is to go, another leads first, and whoever asks comes again:
     * Ratis closes a leader that is no member any more on a thread that holds the lock of its log, and waits there for
     * requests that wait for the lock.
     */
    CompletableFuture<byte[]> on(RaftServer server, ClientId client, AtomicLong callIds, Executor executor) {
        return Elsewhere.<byte[]>begin(executor, () -> {
                    Optional<MemberChange> first = handingOver(server);
                    return first.isPresent()
                            ? first.get()
                                    .lead(server, client, callIds, executor)
                                    .thenApply(MemberChange::whileAnotherIsToLead)
                            : put(arguments().build(), server, client, callIds, executor)
                                    .handle(MemberChange::answer);
                })
                .exceptionally(failure -> answer(null, failure));
    }

    /**
     * Has the first of the nodes lead, if the nodes are the members of the group, in whatever order, that this node's
     * server leads: a change of members that was made meanwhile is not undone.
     */
    CompletableFuture<byte[]> lead(RaftServer server, ClientId client, AtomicLong callIds, Executor executor) {
        SetConfigurationRequest.Arguments ifTheyAre = arguments()
                .setMode(SetConfigurationRequest.Mode.COMPARE_AND_SET)
                .setServersInCurrentConf(RaftMember.peers(nodes))
                .build();
        return Elsewhere.<byte[]>begin(
                        executor,
                        () -> put(ifTheyAre, server, client, callIds, executor).handle(MemberChange::answer))
                .exceptionally(failure -> answer(null, failure));
    }

    private SetConfigurationRequest.Arguments.Builder arguments() {
        return SetConfigurationRequest.Arguments.newBuilder().setServersInNewConf(RaftMember.peers(nodes));
    }

    /** That whoever is furthest of those that stay leads by preference, among the members there are. */
    private Optional<MemberChange> handingOver(RaftServer server) throws IOException {
        NodeId self = new NodeId(server.getId().toString());
        GroupStatus now = GroupStatus.of(server.getDivision(group));
        if (!now.leads() || nodes.contains(self)) {
            return Optional.empty();
        }
        return nodes.stream()
                .filter(now.members()::contains)
                .max(Comparator.comparingLong(node -> now.matched().getOrDefault(node, 0L)))
                .map(next -> new MemberChange(
                        group,
                        Stream.concat(Stream.of(next), now.members().stream())
                                .distinct()
                                .toList()));
    }

    private static byte[] whileAnotherIsToLead(byte[] handedOver) {
        return answer(Kind.LATER, "another is to lead first: " + text(handedOver));
    }

    /** Has the first of the nodes lead once it is made: by itself Ratis does only at a moment without any entry. */
    private CompletableFuture<RaftClientReply> put(
            SetConfigurationRequest.Arguments arguments,
            RaftServer server,
            ClientId client,
            AtomicLong callIds,
            Executor executor)
            throws IOException {
        return server.setConfigurationAsync(new SetConfigurationRequest(
                        client, server.getId(), group, callIds.getAndIncrement(), arguments))
                .thenApplyAsync(
                        reply -> {
                            if (reply.isSuccess()) {
                                handOver(server, client, callIds.getAndIncrement());
                            }
                            return reply;
                        },
                        executor);
    }

    private void handOver(RaftServer server, ClientId client, long callId) {
        RaftPeerId first = RaftPeerId.valueOf(nodes.getFirst().value());
        if (first.equals(server.getId())) {
            return;
        }
        try {
            CompletableFuture<RaftClientReply> _ = server.transferLeadershipAsync(new TransferLeadershipRequest(
                            client, server.getId(), group, callId, first, HAND_OVER.toMillis()))
                    .whenComplete((reply, failure) ->
                            log.debug("handing over group={} to={} reply={} failure={}", group, first, reply, failure));
        } catch (IOException e) {
            log.debug("not handed over group={} to={}", group, first, e);
        }
    }

    /** What a node makes of it. */
    private enum Kind {
        DONE,
        REFUSED,
        OTHER_LEADER,
        LATER
    }

    /**
     * What a node says.
     *
     * @param text why not, or who leads
     */
    private record Answer(Kind kind, String text) {}

    // between nodes

    byte[] request() {
        return Stream.concat(
                        Stream.of(group.getUuid().toString()), nodes.stream().map(NodeId::value))
                .collect(Collectors.joining("\n"))
                .getBytes(StandardCharsets.UTF_8);
    }

    static MemberChange requested(byte[] request) {
        List<String> lines = new String(request, StandardCharsets.UTF_8).lines().toList();
        return new MemberChange(
                RaftGroupId.valueOf(UUID.fromString(lines.getFirst())),
                lines.stream().skip(1).map(NodeId::new).toList());
    }

    /** What a node answers of what its server said. */
    static byte[] answer(@Nullable RaftClientReply reply, @Nullable Throwable failure) {
        Throwable problem = reply == null ? failure : reply.getException();
        Answer answer = switch (problem == null ? null : RaftFailures.unwrapped(problem)) {
            case null -> new Answer(Kind.DONE, "");
            case SetConfigurationException e -> new Answer(Kind.REFUSED, String.valueOf(e.getMessage()));
            case NotLeaderException not
            when not.getSuggestedLeader() != null ->
                new Answer(Kind.OTHER_LEADER, not.getSuggestedLeader().getId().toString());
            case Throwable other -> new Answer(Kind.LATER, other.toString());
        };
        return answer(answer.kind(), answer.text());
    }

    private static byte[] answer(Kind kind, String text) {
        return (kind + "\n" + text).getBytes(StandardCharsets.UTF_8);
    }

    /** What a node answered, for the log. */
    static String text(byte[] answer) {
        Answer said = answered(answer);
        return (said.kind + " " + said.text).strip();
    }

    private static Answer answered(byte[] answer) {
        String text = new String(answer, StandardCharsets.UTF_8);
        int end = text.indexOf('\n');
        return new Answer(Kind.valueOf(text.substring(0, end)), text.substring(end + 1));
    }

    /**
     * Has it made.
     *
     * @param candidates who may lead the group, one or more
     * @param asking puts it to a node
     * @param wait how long a node is waited for before it is asked again
     * @throws IOException if it was refused, or not made within that time; then it may still be made
     */
    void make(
            List<NodeId> candidates, Function<NodeId, CompletableFuture<byte[]>> asking, Duration wait, Duration within)
            throws IOException, InterruptedException {
        long deadline = System.nanoTime() + within.toNanos();
        long said = System.nanoTime();
        NodeId target = candidates.getFirst();
        for (int tried = 1; ; tried++) {
            Answer answer = ask(asking.apply(target), wait);
            switch (answer.kind()) {
                case DONE -> {
                    return;
                }
                case REFUSED -> throw new IOException("members " + nodes + " are refused: " + answer.text());
                case OTHER_LEADER -> target = new NodeId(answer.text());
                // whoever is at it is asked twice, so that it is met again
                case LATER -> target = candidates.get(tried / 2 % candidates.size());
            }
            if (System.nanoTime() >= deadline) {
                throw new IOException("members " + nodes + " of group " + group + " were not agreed on within " + within
                        + ": " + answer.text());
            }
            if (System.nanoTime() - said > WORD_EVERY.toNanos()) {
                said = System.nanoTime();
                log.info("a change of members is under way group={} to={} reason={}", group, nodes, answer.text());
            }
            Thread.sleep(PAUSE);
        }
    }

    private static Answer ask(CompletableFuture<byte[]> asked, Duration wait) throws InterruptedException {
        try {
            return answered(asked.get(wait.toMillis(), TimeUnit.MILLISECONDS));
        } catch (ExecutionException e) {
            return new Answer(Kind.LATER, String.valueOf(e.getCause()));
        } catch (TimeoutException _) {
            return new Answer(Kind.LATER, "no answer within " + wait);
        }
    }
}
