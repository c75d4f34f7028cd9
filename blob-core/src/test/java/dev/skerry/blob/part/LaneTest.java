package dev.skerry.blob.part;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

class LaneTest {
    private final List<String> done = new ArrayList<>();

    @Test
    void whatIsRunBesideIsNotRunAgain() {
        Lane lane = new Lane(Runnable::run);
        lane.begin(() -> done.add("first"));
        assertThat(done).containsExactly("first");
        lane.await();
        assertThat(done).containsExactly("first");
    }

    @Test
    void whatNobodyBeganIsRunInOrderByWhoeverWaits() {
        Queue<Runnable> never = new ArrayDeque<>();
        Lane lane = new Lane(never::add);
        lane.begin(() -> done.add("first"));
        assertThat(done).isEmpty();
        lane.begin(() -> done.add("second"));
        assertThat(done).containsExactly("first");
        lane.await();
        assertThat(done).containsExactly("first", "second");
        never.forEach(Runnable::run);
        assertThat(done).as("begun too late").containsExactly("first", "second");
    }

    @Test
    void whatIsRefusedIsRunByWhoeverWaits() {
        Lane lane = new Lane(_ -> {
            throw new RejectedExecutionException();
        });
        lane.begin(() -> done.add("first"));
        lane.await();
        assertThat(done).containsExactly("first");
    }

    @Test
    void whatAStepThrowsIsThrownOnce() {
        Lane lane = new Lane(Runnable::run);
        lane.begin(() -> {
            throw new IllegalArgumentException("seen");
        });
        assertThatThrownBy(() -> lane.begin(() -> done.add("after")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("seen");
        lane.await();
        assertThat(done).isEmpty();
    }
}
