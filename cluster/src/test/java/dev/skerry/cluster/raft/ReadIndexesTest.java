package dev.skerry.cluster.raft;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.blob.placement.PlacementPolicy.NodeId;
import dev.skerry.cluster.peer.NodeCalls;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.apache.ratis.protocol.RaftGroupId;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ReadIndexesTest {
    private static final NodeId A = new NodeId("a");
    private static final NodeId B = new NodeId("b");
    private static final NodeId C = new NodeId("c");
    private static final RaftGroupId GROUP = RaftGroupId.valueOf(UUID.randomUUID());
    private static final Standing FOLLOWS = new Standing(5, null);

    private final Questions questions = new Questions();
    private Standing own = FOLLOWS;
    private final ReadIndexes indexes = new ReadIndexes(A, questions, () -> Map.of(GROUP, own), () -> Set.of(A, B, C));

    /** Each is answered when the test says so. */
    private static final class Questions implements NodeCalls {
        private final Map<NodeId, List<CompletableFuture<byte[]>>> asked = new ConcurrentHashMap<>();
        private final Map<NodeId, Semaphore> arrivals = new ConcurrentHashMap<>();

        @Override
        public CompletableFuture<byte[]> call(NodeId node, String service, byte[] request) {
            CompletableFuture<byte[]> answer = new CompletableFuture<>();
            of(node).add(answer);
            arrivals(node).release();
            return answer;
        }

        private Semaphore arrivals(NodeId node) {
            return arrivals.computeIfAbsent(node, _ -> new Semaphore(0));
        }

        /** Waits until the node was asked so often in all. */
        void await(NodeId node, int times) throws InterruptedException {
            assertThat(arrivals(node).tryAcquire(times, 2, TimeUnit.MINUTES)).isTrue();
        }

        /** Nobody answers what was asked of the node before. */
        void forget(NodeId node) {
            of(node).clear();
            arrivals(node).drainPermits();
        }

        @Override
        public void serve(String service, Function<byte[], CompletableFuture<byte[]>> handler) {}

        void answer(NodeId node, @Nullable Standing standing) {
            CompletableFuture<byte[]> open = of(node).removeFirst();
            if (standing == null) {
                open.completeExceptionally(new IOException("gone"));
            } else {
                open.complete(Standing.encode(Map.of(GROUP, standing)));
            }
        }

        private List<CompletableFuture<byte[]>> of(NodeId node) {
            return asked.computeIfAbsent(node, _ -> new CopyOnWriteArrayList<>());
        }

        int rounds() {
            return of(B).size();
        }
    }

    private static Standing leads(long term, long committed) {
        return new Standing(term, new Standing.Leading(committed, Set.of(A, B, C), Set.of()));
    }

    @Test
    void aLeaderIsBelievedOnceAMajorityKnowsOfNoLaterTerm() {
        CompletableFuture<Long> index = indexes.of(GROUP);

        questions.answer(B, leads(5, 42));

        assertThat(index).isCompletedWithValue(42L);
    }

    @Test
    void aDeposedLeaderIsNotBelieved() {
        own = leads(5, 42);
        CompletableFuture<Long> index = indexes.of(GROUP);

        questions.answer(B, new Standing(6, null));
        assertThat(index).isNotDone();
        questions.answer(C, leads(6, 50));

        assertThat(index).isCompletedWithValue(50L);
    }

    @Test
    void aLeaderThatIsAloneIsNotBelieved() {
        own = leads(5, 42);
        CompletableFuture<Long> index = indexes.of(GROUP);

        questions.answer(B, null);
        questions.answer(C, null);

        assertThat(index).failsWithin(Duration.ofMinutes(1));
    }

    @Test
    void whileVotersChangeBothMajoritiesMustAgree() {
        own = new Standing(5, new Standing.Leading(42, Set.of(A, B), Set.of(B, C, new NodeId("d"))));
        CompletableFuture<Long> index = indexes.of(GROUP);

        questions.answer(B, FOLLOWS);
        assertThat(index).isNotDone();
        questions.answer(C, FOLLOWS);

        assertThat(index).isCompletedWithValue(42L);
    }

    @Test
    void whoComesWhileARoundIsUnderWayIsAnsweredByTheNext() {
        CompletableFuture<Long> first = indexes.of(GROUP);
        CompletableFuture<Long> later = indexes.of(GROUP);
        CompletableFuture<Long> last = indexes.of(GROUP);
        assertThat(questions.rounds()).isEqualTo(1);

        questions.answer(B, leads(5, 42));
        assertThat(first).isCompletedWithValue(42L);
        assertThat(later).isNotDone();
        assertThat(questions.rounds()).isEqualTo(1);
        questions.answer(B, leads(5, 43));

        assertThat(later).isCompletedWithValue(43L);
        assertThat(last).isCompletedWithValue(43L);
        assertThat(questions.rounds()).isZero();
    }

    @Test
    void aNodeThatHangsDoesNotHoldUpThoseWhoComeLater() throws Exception {
        CompletableFuture<Long> first = indexes.of(GROUP);
        CompletableFuture<Long> later = indexes.of(GROUP);

        questions.await(B, 2);
        questions.of(B).removeFirst();
        questions.answer(B, leads(5, 43));

        assertThat(later).isCompletedWithValue(43L);
        assertThat(first).isNotDone();
    }

    @Test
    void theReadsOfOneRequestAskOnce() {
        own = leads(5, 42);
        ReadScope.run(() -> {
            CompletableFuture<Long> first = indexes.of(GROUP);
            assertThat(first).isNotDone();
            CompletableFuture<Long> beside = indexes.of(GROUP);
            questions.answer(B, FOLLOWS);
            assertThat(List.of(first, beside))
                    .allSatisfy(index -> assertThat(index).isCompletedWithValue(42L));
            own = leads(5, 43);

            assertThat(indexes.of(GROUP)).isCompletedWithValue(42L);
            assertThat(questions.rounds()).isZero();

            ReadScope.wrote();
            CompletableFuture<Long> afterIts = indexes.of(GROUP);
            assertThat(afterIts).isNotDone();
            questions.answer(B, FOLLOWS);
            assertThat(afterIts).isCompletedWithValue(43L);
        });
        assertThat(indexes.of(GROUP)).isNotDone();
    }

    @Test
    void aRequestThatNobodyCouldAnswerAsksAnew() {
        own = leads(5, 42);
        ReadScope.run(() -> {
            CompletableFuture<Long> inVain = indexes.of(GROUP);
            questions.answer(B, null);
            questions.answer(C, null);
            assertThat(inVain).failsWithin(Duration.ofMinutes(1));

            CompletableFuture<Long> again = indexes.of(GROUP);
            questions.answer(B, FOLLOWS);

            assertThat(again).isCompletedWithValue(42L);
        });
    }

    /** Another group is known of as soon as a majority has spoken of it, by whatever was asked. */
    @Test
    void oneRoundTellsARequestOfAllGroups() {
        RaftGroupId other = RaftGroupId.valueOf(UUID.randomUUID());
        ReadIndexes both = new ReadIndexes(
                A, questions, () -> Map.of(GROUP, leads(5, 42), other, leads(7, 1)), () -> Set.of(A, B, C));
        byte[] answer = Standing.encode(Map.of(GROUP, FOLLOWS, other, new Standing(7, null)));
        ReadScope.run(() -> {
            CompletableFuture<Long> first = both.of(GROUP);
            questions.of(B).removeFirst().complete(answer);
            assertThat(first).isCompletedWithValue(42L);

            assertThat(both.of(other)).isCompletedWithValue(1L);
            assertThat(questions.rounds()).isZero();
        });
    }

    /** The first round asks all, the next only who sufficed. */
    @Test
    void whoSufficedIsAskedFirst() {
        confirmByB();

        CompletableFuture<Long> index = indexes.of(GROUP);
        assertThat(questions.of(C)).isEmpty();
        questions.answer(B, FOLLOWS);

        assertThat(index).isCompletedWithValue(42L);
    }

    @Test
    void theOthersAreAskedWhereItDoesNotSuffice() {
        confirmByB();

        CompletableFuture<Long> index = indexes.of(GROUP);
        questions.answer(B, null);
        assertThat(index).isNotDone();
        questions.answer(C, FOLLOWS);
        assertThat(index).isCompletedWithValue(42L);

        CompletableFuture<Long> next = indexes.of(GROUP);
        assertThat(questions.of(B)).isEmpty();
        questions.answer(C, new Standing(6, null));
        assertThat(next).isNotDone();
        questions.answer(B, leads(6, 50));
        assertThat(next).isCompletedWithValue(50L);
    }

    @Test
    void theOthersAreAskedWhereItTakesLong() throws Exception {
        confirmByB();

        CompletableFuture<Long> index = indexes.of(GROUP);
        questions.await(C, 1);
        questions.answer(C, FOLLOWS);

        assertThat(index).succeedsWithin(Duration.ofMinutes(1)).isEqualTo(42L);
        assertThat(questions.rounds()).isEqualTo(1);
    }

    /** A request that reads a group whose leader was not asked has it asked in the same round. */
    @Test
    void oneRoundAsksMoreForAGroupThatIsReadLater() {
        RaftGroupId other = RaftGroupId.valueOf(UUID.randomUUID());
        ReadIndexes both =
                new ReadIndexes(A, questions, () -> Map.of(GROUP, leads(5, 42), other, FOLLOWS), () -> Set.of(A, B, C));
        byte[] follower = Standing.encode(Map.of(GROUP, FOLLOWS, other, FOLLOWS));
        byte[] leader = Standing.encode(Map.of(GROUP, FOLLOWS, other, leads(5, 7)));
        CompletableFuture<Long> before = both.of(GROUP);
        questions.of(B).removeFirst().complete(follower);
        assertThat(before).isCompletedWithValue(42L);
        questions.forget(C);

        ReadScope.run(() -> {
            CompletableFuture<Long> first = both.of(GROUP);
            CompletableFuture<Long> beside = both.of(other);
            assertThat(questions.of(C)).hasSize(1);
            questions.of(B).removeFirst().complete(follower);
            assertThat(first).isCompletedWithValue(42L);
            assertThat(beside).isNotDone();
            questions.of(C).removeFirst().complete(leader);
            assertThat(beside).isCompletedWithValue(7L);
        });

        // which is expected again
        assertThat(both.of(GROUP)).isNotDone();
        assertThat(questions.of(B)).hasSize(1);
        assertThat(questions.of(C)).hasSize(1);
    }

    /** This node leads, and the other sufficed to know it. */
    private void confirmByB() {
        own = leads(5, 42);
        CompletableFuture<Long> index = indexes.of(GROUP);
        questions.answer(B, FOLLOWS);
        assertThat(index).isCompletedWithValue(42L);
        questions.forget(C);
    }
}
