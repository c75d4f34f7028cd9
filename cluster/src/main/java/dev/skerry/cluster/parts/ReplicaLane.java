package dev.skerry.cluster.parts;

import dev.skerry.blob.placement.PlacementPolicy.NodeId;
import dev.skerry.cluster.parts.StagingBatch.SealedFile;
import dev.skerry.cluster.parts.StagingBatch.Step;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * One replica of one write: what it is still to be told, of which one batch at a time is under way. Bytes wait until
 * there is a batch of them or a file ends, so that a small body is one call. Once anything goes wrong nothing more is
 * sent: the replica is left to catch-up.
 *
 * <p>All state is guarded by the write that it belongs to, which is told of every change.
 */
final class ReplicaLane {
    private final ReplicatedStaging write;
    private final NodeId node;
    private final Queue<Step> steps = new ArrayDeque<>();
    private final List<SealedFile> sealed = new ArrayList<>();
    private int waitingBytes;
    private boolean urgent;
    private boolean underWay;
    private int sequence;
    private @Nullable Failure failure;

    /** Why a replica takes no further part in a write. */
    record Failure(boolean noRoom, String reason) {}

    ReplicaLane(ReplicatedStaging write, NodeId node) {
        this.write = write;
        this.node = node;
    }

    NodeId node() {
        return node;
    }

    /** Takes a step in; what fails drops it. */
    void add(Step step) {
        if (failure != null) {
            return;
        }
        steps.add(step);
        switch (step) {
            case Step.Write(byte[] run) -> {
                waitingBytes += run.length;
                write.waiting(run.length);
            }
            case Step.Seal() -> urgent = true;
            case Step.Close(boolean _) -> urgent = true;
            case Step.Begin(), Step.Drop() -> {}
        }
        sendIfDue();
    }

    /** Bytes that were not sent yet. */
    int waitingBytes() {
        return waitingBytes;
    }

    /** Whether it takes part still. */
    boolean alive() {
        return failure == null;
    }

    @Nullable
    Failure failure() {
        return failure;
    }

    /** The sealed file of that number as the replica has it, or null where it did not say so yet. */
    @Nullable
    SealedFile sealed(int file) {
        return file < sealed.size() ? sealed.get(file) : null;
    }

    /** Leaves it out from now on. */
    void fail(Failure why) {
        if (failure == null) {
            failure = why;
            steps.clear();
            write.waiting(-waitingBytes);
            waitingBytes = 0;
        }
    }

    private void sendIfDue() {
        if (underWay
                || failure != null
                || (!urgent && waitingBytes < write.settings().batchBytes())) {
            return;
        }
        List<Step> batch = new ArrayList<>();
        int bytes = 0;
        while (!steps.isEmpty() && bytes < write.settings().batchBytes()) {
            Step step = steps.remove();
            batch.add(step);
            if (step instanceof Step.Write(byte[] run)) {
                bytes += run.length;
            }
        }
        if (batch.isEmpty()) {
            urgent = false;
            return;
        }
        if (steps.isEmpty()) {
            urgent = false;
        }
        underWay = true;
        int sent = bytes;
        write.send(this, sequence++, batch, (answer, broken) -> answered(sent, answer, broken));
    }

    /** The write holds its lock. */
    private void answered(int sentBytes, byte @Nullable [] answer, @Nullable Throwable broken) {
        underWay = false;
        if (failure != null) {
            return;
        }
        waitingBytes -= sentBytes;
        write.waiting(-sentBytes);
        if (broken != null || answer == null) {
            write.drop(this, new Failure(false, String.valueOf(broken)), false);
            return;
        }
        try {
            switch (StagingBatch.decodeAnswer(answer)) {
                case StagingBatch.Answer.Done(List<SealedFile> files) -> {
                    sealed.addAll(files);
                    write.listener().staged(sentBytes);
                    sendIfDue();
                }
                case StagingBatch.Answer.Failed(boolean noRoom, String reason) ->
                    write.drop(this, new Failure(noRoom, reason), false);
            }
        } catch (IOException e) {
            write.drop(this, new Failure(false, e.toString()), false);
        }
    }
}
