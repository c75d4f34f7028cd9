package dev.skerry.cluster.raft;

import dev.skerry.blob.placement.PlacementPolicy.NodeId;
import dev.skerry.cluster.peer.NodeCalls;
import dev.skerry.cluster.raft.RaftMember.Group;
import dev.skerry.cluster.raft.RaftMember.NoLeaderException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.apache.ratis.client.impl.ClientProtoUtils;
import org.apache.ratis.proto.RaftProtos.RaftClientReplyProto;
import org.apache.ratis.proto.RaftProtos.RaftClientRequestProto;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.protocol.exceptions.AlreadyClosedException;
import org.apache.ratis.protocol.exceptions.GroupMismatchException;
import org.apache.ratis.protocol.exceptions.LeaderNotReadyException;
import org.apache.ratis.protocol.exceptions.LeaderSteppingDownException;
import org.apache.ratis.protocol.exceptions.NotLeaderException;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.jspecify.annotations.Nullable;

/** Entries on their way to the leaders of their groups, wherever these are. Safe for use by many threads. */
final class Submissions {
    private static final String SUBMIT = "raft-submit";
    private static final long PAUSE_MS = 50;

    private final Ports ports;
    private final RaftMember.Timing timing;
    private final ClientId client = ClientId.randomId();
    private final AtomicLong callIds = new AtomicLong(1);

    /** Who last took an entry of a group. */
    private final Map<RaftGroupId, NodeId> leaders = new ConcurrentHashMap<>();

    /**
     * What they go by.
     *
     * @param leader whom this node takes for the leader of a group
     * @param machine what a group's log changes here, where this node takes part in it
     * @param executor runs what decides
     */
    record Ports(
            NodeId self,
            NodeCalls calls,
            RaftServer server,
            Function<RaftGroupId, Optional<NodeId>> leader,
            Function<RaftGroupId, Optional<GroupMachine>> machine,
            Executor executor) {}

    Submissions(Ports ports, RaftMember.Timing timing) {
        this.ports = ports;
        this.timing = timing;
    }

    /** Takes what other nodes bring. */
    void serve() {
        ports.calls.serve(SUBMIT, this::submitted);
    }

    /**
     * Brings an entry into the log of a group, once, and waits for what applying it gave. Does not block.
     *
     * @return fails with {@link NoLeaderException} where no leader was found in time
     */
    CompletableFuture<byte[]> submit(Group group, byte[] entry) {
        return new Submission(group, entry).start();
    }

    private CompletableFuture<byte[]> submitted(byte[] bytes) {
        return Elsewhere.begin(
                        ports.executor,
                        () -> local(ClientProtoUtils.toRaftClientRequest(RaftClientRequestProto.parseFrom(bytes))))
                .thenApply(
                        reply -> ClientProtoUtils.toRaftClientReplyProto(reply).toByteArray());
    }

    /**
     * Puts it to this node's server. A leader that steps down says of what it has logged, as of what it has not, that
     * it does not lead; so whoever led meanwhile may have logged it.
     */
    private CompletableFuture<RaftClientReply> local(RaftClientRequest request) {
        try {
            Optional<GroupMachine> machine = ports.machine.apply(request.getRaftGroupId());
            long elected = machine.map(GroupMachine::elected).orElse(0L);
            boolean led =
                    ports.server.getDivision(request.getRaftGroupId()).getInfo().isLeader();
            return ports.server.submitClientRequestAsync(request).thenApply(reply -> {
                boolean follows = !led
                        && machine.map(GroupMachine::elected).orElse(0L) == elected
                        && machine.equals(ports.machine.apply(request.getRaftGroupId()));
                return follows || reply.getNotLeaderException() == null ? reply : perhapsLogged(request, reply);
            });
        } catch (IOException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private static RaftClientReply perhapsLogged(RaftClientRequest request, RaftClientReply reply) {
        return RaftClientReply.newBuilder()
                .setRequest(request)
                .setException(new AlreadyClosedException("the leader stepped down", reply.getNotLeaderException()))
                .build();
    }

    /** One entry on its way to whoever leads; tried again under the same id, by which the log takes it only once. */
    private final class Submission {
        private final Group group;
        private final byte[] entry;
        private final long callId = callIds.getAndIncrement();
        private final long deadline = System.nanoTime() + timing.submit().toNanos();
        private final CompletableFuture<byte[]> outcome = new CompletableFuture<>();
        private final AtomicInteger tried = new AtomicInteger();
        private volatile boolean mayBeLogged;
        private volatile boolean redirected;

        Submission(Group group, byte[] entry) {
            this.group = group;
            this.entry = entry;
        }

        CompletableFuture<byte[]> start() {
            attempt(first());
            return outcome;
        }

        /** Whom this node takes for the leader; who is wrong about it is told better. */
        private NodeId first() {
            return ports.leader.apply(group.id()).orElseGet(() -> {
                NodeId last = leaders.get(group.id());
                return last != null && group.nodes().contains(last)
                        ? last
                        : group.nodes().getFirst();
            });
        }

        private void attempt(NodeId target) {
            RaftClientRequest request = RaftClientRequest.newBuilder()
                    .setClientId(client)
                    .setServerId(RaftPeerId.valueOf(target.value()))
                    .setGroupId(group.id())
                    .setCallId(callId)
                    .setMessage(Message.valueOf(ByteString.copyFrom(entry)))
                    .setType(RaftClientRequest.writeRequestType())
                    .build();
            CompletableFuture<RaftClientReply> _ = ask(target, request)
                    .copy()
                    .orTimeout(timing.call().toMillis(), TimeUnit.MILLISECONDS)
                    .whenCompleteAsync(
                            (reply, failure) -> {
                                try {
                                    decide(target, reply, failure);
                                } catch (RuntimeException e) {
                                    outcome.completeExceptionally(e);
                                }
                            },
                            ports.executor);
        }

        /** What cannot even be asked is one more failure: somebody waits for the outcome. */
        private CompletableFuture<RaftClientReply> ask(NodeId target, RaftClientRequest request) {
            try {
                return target.equals(ports.self) ? local(request) : remote(target, request);
            } catch (RuntimeException e) {
                return CompletableFuture.failedFuture(e);
            }
        }

        private CompletableFuture<RaftClientReply> remote(NodeId target, RaftClientRequest request) {
            return ports.calls
                    .call(
                            target,
                            SUBMIT,
                            ClientProtoUtils.toRaftClientRequestProto(request).toByteArray())
                    .thenApply(bytes -> {
                        try {
                            return ClientProtoUtils.toRaftClientReply(RaftClientReplyProto.parseFrom(bytes));
                        } catch (IOException e) {
                            throw new UncheckedIOException(e);
                        }
                    });
        }

        private void decide(NodeId asked, @Nullable RaftClientReply reply, @Nullable Throwable failure) {
            Throwable problem = reply == null ? failure : reply.getException();
            if (reply != null && reply.isSuccess()) {
                leaders.put(group.id(), asked);
                outcome.complete(reply.getMessage().getContent().toByteArray());
                return;
            }
            Throwable cause = problem == null ? null : RaftFailures.unwrapped(problem);
            boolean refused = cause instanceof NotLeaderException
                    || cause instanceof GroupMismatchException
                    || cause instanceof LeaderNotReadyException
                    || cause instanceof LeaderSteppingDownException;
            if (!refused) {
                mayBeLogged = true;
            }
            if (System.nanoTime() >= deadline) {
                outcome.completeExceptionally(new NoLeaderException(
                        "no leader of group " + group.id() + " within " + timing.submit(), mayBeLogged, cause));
                return;
            }
            RaftPeer named = cause instanceof NotLeaderException not ? not.getSuggestedLeader() : null;
            NodeId target = named == null ? another() : new NodeId(named.getId().toString());
            // whoever names another is believed at once, but two that name each other are not
            redirected = named != null && !target.equals(asked) && !redirected;
            (redirected ? ports.executor : pause()).execute(() -> attempt(target));
        }

        private Executor pause() {
            return CompletableFuture.delayedExecutor(PAUSE_MS, TimeUnit.MILLISECONDS, ports.executor);
        }

        private NodeId another() {
            return group.nodes()
                    .get(Math.floorMod(tried.incrementAndGet(), group.nodes().size()));
        }
    }
}
