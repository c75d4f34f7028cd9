package dev.skerry.cluster.raft;

import dev.skerry.blob.placement.PlacementPolicy.NodeId;
import dev.skerry.cluster.peer.NodeCalls;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetSocketAddress;
import java.util.Collection;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Predicate;
import org.apache.ratis.conf.Parameters;
import org.apache.ratis.proto.RaftProtos.AppendEntriesReplyProto;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotReplyProto;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotRequestProto;
import org.apache.ratis.proto.RaftProtos.RaftRpcRequestProto;
import org.apache.ratis.proto.RaftProtos.ReadIndexReplyProto;
import org.apache.ratis.proto.RaftProtos.ReadIndexRequestProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteReplyProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteRequestProto;
import org.apache.ratis.proto.RaftProtos.StartLeaderElectionReplyProto;
import org.apache.ratis.proto.RaftProtos.StartLeaderElectionRequestProto;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.protocol.exceptions.GroupMismatchException;
import org.apache.ratis.rpc.RpcType;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.RaftServerRpc;
import org.apache.ratis.server.ServerFactory;
import org.apache.ratis.server.leader.FollowerInfo;
import org.apache.ratis.server.leader.LeaderState;
import org.apache.ratis.server.leader.LogAppender;
import org.apache.ratis.server.protocol.RaftServerAsynchronousProtocol;
import org.apache.ratis.thirdparty.com.google.protobuf.InvalidProtocolBufferException;
import org.apache.ratis.thirdparty.com.google.protobuf.MessageLite;
import org.apache.ratis.thirdparty.com.google.protobuf.Parser;
import org.apache.ratis.util.ProtoUtils;

/**
 * What the members of Raft groups say to each other, as {@link NodeCalls}. The transports that Ratis brings neither
 * know who calls nor let a follower ask for a read index (Netty), or cost more (gRPC); calls between nodes do both for
 * all that nodes say.
 */
final class RaftCalls implements RaftServerRpc {
    private static final String VOTE = "raft-vote";
    private static final String APPEND = "raft-append";
    private static final String SNAPSHOT = "raft-snapshot";
    private static final String ELECTION = "raft-election";
    private static final String PARAMETER = "skerry.calls";

    private final RaftServer server;
    private final Ports ports;

    /**
     * What the transport stands on.
     *
     * @param calls carries the messages
     * @param executor answers them; of platform threads, because the server locks for long
     * @param timeoutMs how long an answer is waited for
     * @param open whether a group's log is open here; before, Ratis would take a message while it is opening it, and
     *     fail at that if it is the first of a leader or candidate
     */
    record Ports(NodeCalls calls, Executor executor, long timeoutMs, Predicate<RaftGroupId> open) {}

    /** Makes the transport for a server; Ratis finds it by its name and makes it itself. */
    public static final class Type implements RpcType, ServerFactory {
        private final Parameters parameters;

        /** As Ratis makes it. */
        public Type() {
            this(new Parameters());
        }

        private Type(Parameters parameters) {
            this.parameters = parameters;
        }

        @Override
        public String name() {
            return Type.class.getName();
        }

        @Override
        public Type newFactory(Parameters given) {
            return new Type(given);
        }

        @Override
        public RpcType getRpcType() {
            return this;
        }

        @Override
        public RaftServerRpc newRaftServerRpc(RaftServer server) {
            return new RaftCalls(server, parameters.getNonNull(PARAMETER, Ports.class));
        }

        @Override
        public LogAppender newLogAppender(RaftServer.Division server, LeaderState leader, FollowerInfo follower) {
            return new LogSender(server, leader, follower);
        }
    }

    private RaftCalls(RaftServer server, Ports ports) {
        this.server = server;
        this.ports = ports;
    }

    /** The parameters by which Ratis gives the ports to the transport. */
    static Parameters parameters(Ports ports) {
        Parameters parameters = new Parameters();
        parameters.put(PARAMETER, ports, Ports.class);
        return parameters;
    }

    /** Sends a message and takes what comes back. */
    private interface Blocking<Q, A> {
        A answer(Q request) throws IOException;
    }

    private interface Later<Q, A> {
        CompletableFuture<A> answer(Q request) throws IOException;
    }

    @Override
    public void start() {
        answer(VOTE, RequestVoteRequestProto.parser(), RequestVoteRequestProto::getServerRequest, server::requestVote);
        answer(
                SNAPSHOT,
                InstallSnapshotRequestProto.parser(),
                InstallSnapshotRequestProto::getServerRequest,
                server::installSnapshot);
        answer(
                ELECTION,
                StartLeaderElectionRequestProto.parser(),
                StartLeaderElectionRequestProto::getServerRequest,
                server::startLeaderElection);
        answerLater(
                APPEND,
                AppendEntriesRequestProto.parser(),
                AppendEntriesRequestProto::getServerRequest,
                server::appendEntriesAsync);
    }

    private void requireOpen(RaftRpcRequestProto head) throws GroupMismatchException {
        RaftGroupId group = ProtoUtils.toRaftGroupId(head.getRaftGroupId());
        if (!ports.open.test(group)) {
            throw new GroupMismatchException("the log of group " + group + " is not open here");
        }
    }

    private <Q extends MessageLite> void answer(
            String service,
            Parser<Q> parser,
            Function<Q, RaftRpcRequestProto> head,
            Blocking<Q, ? extends MessageLite> handler) {
        ports.calls.serve(service, bytes -> {
            CompletableFuture<byte[]> answer = new CompletableFuture<>();
            ports.executor.execute(() -> {
                try {
                    Q request = parser.parseFrom(bytes);
                    requireOpen(head.apply(request));
                    answer.complete(handler.answer(request).toByteArray());
                } catch (IOException | RuntimeException e) {
                    answer.completeExceptionally(e);
                }
            });
            return answer;
        });
    }

    /** Takes the server's lock before it has a future to give, so it is not for a thread that must not block. */
    private <Q extends MessageLite, A extends MessageLite> void answerLater(
            String service, Parser<Q> parser, Function<Q, RaftRpcRequestProto> head, Later<Q, A> handler) {
        ports.calls.serve(
                service,
                bytes -> Elsewhere.begin(ports.executor, () -> {
                            Q request = parser.parseFrom(bytes);
                            requireOpen(head.apply(request));
                            return handler.answer(request);
                        })
                        .thenApply(MessageLite::toByteArray));
    }

    private <A> CompletableFuture<A> ask(
            RaftRpcRequestProto head, String service, MessageLite request, Parser<A> parser) {
        NodeId node = new NodeId(RaftPeerId.valueOf(head.getReplyId()).toString());
        // whoever waits for the answer may go on with it under the server's lock
        return ports.calls
                .call(node, service, request.toByteArray())
                .thenComposeAsync(
                        bytes -> {
                            try {
                                return CompletableFuture.completedFuture(parser.parseFrom(bytes));
                            } catch (InvalidProtocolBufferException e) {
                                return CompletableFuture.failedFuture(e);
                            }
                        },
                        ports.executor);
    }

    private <A> A await(CompletableFuture<A> answer) throws IOException {
        try {
            return answer.get(ports.timeoutMs, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw (IOException) new InterruptedIOException("interrupted while waiting for another node").initCause(e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException io ? io : new IOException(e.getCause());
        } catch (TimeoutException e) {
            throw new IOException("no answer within " + ports.timeoutMs + " ms", e);
        }
    }

    @Override
    public RequestVoteReplyProto requestVote(RequestVoteRequestProto request) throws IOException {
        return await(ask(request.getServerRequest(), VOTE, request, RequestVoteReplyProto.parser()));
    }

    @Override
    public AppendEntriesReplyProto appendEntries(AppendEntriesRequestProto request) throws IOException {
        return await(ask(request.getServerRequest(), APPEND, request, AppendEntriesReplyProto.parser()));
    }

    @Override
    public InstallSnapshotReplyProto installSnapshot(InstallSnapshotRequestProto request) throws IOException {
        return await(ask(request.getServerRequest(), SNAPSHOT, request, InstallSnapshotReplyProto.parser()));
    }

    @Override
    public StartLeaderElectionReplyProto startLeaderElection(StartLeaderElectionRequestProto request)
            throws IOException {
        return await(ask(request.getServerRequest(), ELECTION, request, StartLeaderElectionReplyProto.parser()));
    }

    @Override
    public RaftServerAsynchronousProtocol async() {
        return new RaftServerAsynchronousProtocol() {
            @Override
            public CompletableFuture<AppendEntriesReplyProto> appendEntriesAsync(AppendEntriesRequestProto request) {
                return ask(request.getServerRequest(), APPEND, request, AppendEntriesReplyProto.parser())
                        .orTimeout(ports.timeoutMs, TimeUnit.MILLISECONDS);
            }

            // reads ask ReadIndexes
            @Override
            public CompletableFuture<ReadIndexReplyProto> readIndexAsync(ReadIndexRequestProto request) {
                throw new UnsupportedOperationException("reads are not Ratis'");
            }
        };
    }

    @Override
    public RpcType getRpcType() {
        return new Type();
    }

    /** There is none of its own: the calls know where nodes are. */
    @Override
    public InetSocketAddress getInetSocketAddress() {
        return InetSocketAddress.createUnresolved("node", 0);
    }

    @Override
    public void addRaftPeers(Collection<RaftPeer> peers) {
        // the calls know where nodes are
    }

    @Override
    public void handleException(RaftPeerId node, Exception failure, boolean reconnect) {
        // each call finds its own connection
    }

    @Override
    public void close() {
        // the calls belong to whoever made them
    }
}
