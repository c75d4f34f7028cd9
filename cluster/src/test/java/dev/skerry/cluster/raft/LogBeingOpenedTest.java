package dev.skerry.cluster.raft;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.blob.placement.PlacementPolicy.NodeId;
import dev.skerry.cluster.peer.NodeCalls;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.proto.RaftProtos.RaftGroupIdProto;
import org.apache.ratis.proto.RaftProtos.RaftRpcRequestProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteReplyProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteRequestProto;
import org.apache.ratis.proto.RaftProtos.TermIndexProto;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.statemachine.impl.BaseStateMachine;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What comes for a log while a node is opening it: here a candidate of a later term asks for the node's vote. */
class LogBeingOpenedTest {
    private static final NodeId SELF = new NodeId("a");
    private static final NodeId CANDIDATE = new NodeId("b");
    private static final RaftGroupId GROUP = RaftGroupId.valueOf(UUID.randomUUID());

    private final NodeCalls toSelf;
    private final NodeCalls own;
    private final CompletableFuture<byte[]> early = new CompletableFuture<>();

    @TempDir
    private Path folder;

    LogBeingOpenedTest() {
        LoopCalls links = new LoopCalls();
        own = links.of(SELF);
        toSelf = links.of(CANDIDATE);
    }

    private final class Machine extends BaseStateMachine {
        @Override
        public void initialize(RaftServer server, RaftGroupId group, RaftStorage storage) throws IOException {
            super.initialize(server, group, storage);
            vote().orTimeout(1, TimeUnit.MINUTES)
                    .whenComplete((answer, failure) -> {
                        if (failure == null) {
                            early.complete(answer);
                        } else {
                            early.completeExceptionally(failure);
                        }
                    })
                    .exceptionally(_ -> new byte[0])
                    .join();
        }
    }

    private CompletableFuture<byte[]> vote() {
        return toSelf.call(
                SELF,
                "raft-vote",
                RequestVoteRequestProto.newBuilder()
                        .setServerRequest(RaftRpcRequestProto.newBuilder()
                                .setRequestorId(ByteString.copyFromUtf8(CANDIDATE.value()))
                                .setReplyId(ByteString.copyFromUtf8(SELF.value()))
                                .setRaftGroupId(RaftGroupIdProto.newBuilder().setId(GROUP.toByteString())))
                        .setCandidateTerm(5)
                        .setCandidateLastEntry(
                                TermIndexProto.newBuilder().setTerm(4).setIndex(10))
                        .build()
                        .toByteArray());
    }

    @Test
    void itIsRefusedUntilTheLogIsOpen() throws Exception {
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
                RaftMember member =
                        new RaftMember(SELF, folder, own, _ -> new Machine(), executor, RaftMember.Timing.DEFAULT)) {
            member.start();
            member.join(new RaftMember.Group(GROUP, List.of(SELF, CANDIDATE, new NodeId("c"))));

            assertThat(early).isCompletedExceptionally();
            assertThat(early.exceptionNow()).hasStackTraceContaining("is not open here");
            RequestVoteReplyProto now = RequestVoteReplyProto.parseFrom(vote().get(1, TimeUnit.MINUTES));
            assertThat(now.getServerReply().getSuccess()).isTrue();
        }
    }
}
