package dev.skerry.compat.history;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Histories made by hand: the good ones pass, and each way of going wrong is caught. */
class LinearizabilityTest {
    private final List<Operation> history = new ArrayList<>();

    private Verdict verdict() {
        return Linearizability.judge(history);
    }

    private void isGood() {
        assertThat(verdict()).isInstanceOf(Verdict.Linearizable.class);
    }

    private void isBad(String... explanation) {
        assertThat(verdict())
                .asInstanceOf(InstanceOfAssertFactories.type(Verdict.Violation.class))
                .satisfies(violation -> assertThat(violation.explanation()).contains(explanation));
    }

    private void add(
            Action action, @Nullable String value, @Nullable String expected, Outcome outcome, long from, long to) {
        history.add(new Operation(1, "a", "k", action, value, expected, outcome, null, from, to));
    }

    private void write(String value, long from, long to) {
        add(Action.WRITE, value, null, Outcome.DONE, from, to);
    }

    private void doubtfulWrite(String value, long from, long to) {
        add(Action.WRITE, value, null, Outcome.UNKNOWN, from, to);
    }

    private void swap(String expected, String value, Outcome outcome, long from, long to) {
        add(Action.SWAP, value, expected, outcome, from, to);
    }

    private void delete(long from, long to) {
        add(Action.DELETE, null, null, Outcome.DONE, from, to);
    }

    private void read(@Nullable String seen, long from, long to) {
        history.add(new Operation(2, "b", "k", Action.READ, null, null, Outcome.DONE, seen, from, to));
    }

    @Test
    void readsFollowWrites() {
        read(null, 0, 1);
        write("x", 2, 3);
        read("x", 4, 5);
        write("y", 6, 7);
        read("y", 8, 9);
        delete(10, 11);
        read(null, 12, 13);
        isGood();
    }

    @Test
    void concurrentReadsSeeEitherSide() {
        write("x", 0, 1);
        write("y", 10, 20);
        read("x", 11, 12);
        read("y", 13, 14);
        isGood();
    }

    @Test
    void staleReadIsCaught() {
        write("x", 0, 1);
        write("y", 2, 3);
        read("x", 4, 5);
        isBad("READ -> DONE x", "the key holds y");
    }

    @Test
    void valueThatGoesBackIsCaught() {
        write("x", 0, 1);
        write("y", 10, 20);
        read("y", 11, 12);
        read("x", 13, 14);
        isBad("READ -> DONE x");
    }

    @Test
    void lostWriteIsCaught() {
        write("x", 0, 1);
        read(null, 2, 3);
        isBad("READ -> DONE nothing");
    }

    @Test
    void lostOverwriteIsCaughtInTheEnd() {
        write("x", 0, 1);
        write("y", 2, 3);
        read("y", 4, 5);
        doubtfulWrite("z", 6, 7);
        read("x", 100, 101);
        isBad("READ -> DONE x");
    }

    @Test
    void deleteThatDidNotHappenIsCaught() {
        write("x", 0, 1);
        delete(2, 3);
        read("x", 4, 5);
        isBad("READ -> DONE x");
    }

    @Test
    void twoSwapsOfOneValueAreCaught() {
        write("x", 0, 1);
        swap("x", "y", Outcome.DONE, 2, 10);
        swap("x", "z", Outcome.DONE, 3, 9);
        isBad("SWAP");
    }

    @Test
    void twoCreationsAreCaught() {
        add(Action.CREATE, "x", null, Outcome.DONE, 0, 10);
        add(Action.CREATE, "y", null, Outcome.DONE, 1, 9);
        isBad("CREATE");
    }

    @Test
    void ofTwoSwapsOneIsTold() {
        write("x", 0, 1);
        swap("x", "y", Outcome.DONE, 2, 10);
        swap("x", "z", Outcome.MISMATCH, 3, 9);
        read("y", 11, 12);
        isGood();
    }

    @Test
    void mismatchThatWasNoneIsCaught() {
        write("x", 0, 1);
        swap("x", "y", Outcome.MISMATCH, 2, 3);
        isBad("MISMATCH");
    }

    @Test
    void mismatchOfWhatIsNotThereIsCaught() {
        swap("x", "y", Outcome.MISMATCH, 0, 1);
        isBad("MISMATCH");
    }

    @Test
    void matchingDeleteOfAnotherValueIsCaught() {
        write("x", 0, 1);
        write("y", 2, 3);
        add(Action.DELETE_MATCHING, null, "x", Outcome.DONE, 4, 5);
        isBad("DELETE_MATCHING if x");
    }

    @Test
    void refusedWriteThatShowsIsCaught() {
        write("x", 0, 1);
        add(Action.WRITE, "y", null, Outcome.REFUSED, 2, 3);
        read("y", 4, 5);
        isBad("READ -> DONE y");
    }

    @Test
    void valueThatNobodyWroteIsCaught() {
        read("x", 0, 1);
        isBad("READ -> DONE x");
    }

    @Test
    void writeThatShowsBeforeItWasSentIsCaught() {
        read("x", 0, 1);
        write("x", 2, 3);
        isBad("READ -> DONE x");
    }

    @Test
    void doubtfulWriteMayShowLateOrNever() {
        write("x", 0, 1);
        doubtfulWrite("y", 2, 3);
        doubtfulWrite("z", 2, 3);
        read("x", 4, 5);
        write("w", 6, 7);
        read("w", 8, 9);
        read("y", 10, 11);
        isGood();
    }

    @Test
    void doubtfulWriteTakesEffectOnce() {
        write("x", 0, 1);
        doubtfulWrite("y", 2, 3);
        read("y", 4, 5);
        write("w", 6, 7);
        read("y", 8, 9);
        isBad("READ -> DONE y");
    }

    @Test
    void doubtfulWriteThatNobodyReadExplainsMismatches() {
        write("x", 0, 1);
        doubtfulWrite("y", 2, 3);
        swap("x", "z", Outcome.MISMATCH, 4, 5);
        isGood();
    }

    @Test
    void doubtfulSwapNeedsWhatItAsksFor() {
        write("x", 0, 1);
        write("w", 2, 3);
        swap("x", "y", Outcome.UNKNOWN, 4, 5);
        read("y", 6, 7);
        isBad("READ -> DONE y");
    }

    @Test
    void doubtfulOperationsMayFollowEachOther() {
        write("x", 0, 1);
        swap("x", "y", Outcome.UNKNOWN, 2, 3);
        swap("y", "z", Outcome.UNKNOWN, 4, 5);
        read("z", 6, 7);
        isGood();
    }

    @Test
    void doubtfulDeletesMayShow() {
        write("x", 0, 1);
        add(Action.DELETE, null, null, Outcome.UNKNOWN, 2, 3);
        read("x", 4, 5);
        read(null, 6, 7);
        add(Action.CREATE, "y", null, Outcome.DONE, 8, 9);
        read("y", 10, 11);
        isGood();
    }

    /** What a register would have answered, asked by many at once, some of whom hear nothing. */
    @Test
    void whatOneRegisterAnswersIsGoodAndJudgedSoon() {
        for (long seed = 0; seed < 20; seed++) {
            history.clear();
            history.addAll(SimulatedRegister.history(new SplittableRandom(seed), 8, 300));
            long begin = System.nanoTime();
            assertThat(verdict()).as("seed %d", seed).isInstanceOf(Verdict.Linearizable.class);
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofMinutes(2));
        }
    }

    /** The same, but one read late in the history gives what was overwritten before it was sent. */
    @Test
    void oneStaleReadAmongManyIsCaught() {
        for (long seed = 0; seed < 20; seed++) {
            history.clear();
            history.addAll(SimulatedRegister.history(new SplittableRandom(seed), 8, 150));
            long end =
                    history.stream().mapToLong(Operation::returnedNanos).max().orElseThrow();
            write("last but one", end + 1, end + 2);
            write("last", end + 3, end + 4);
            read("last but one", end + 5, end + 6);
            isBad("READ -> DONE last but one");
        }
    }
}
