package dev.skerry.server;

import dev.skerry.blob.clock.ClockSkewException;
import dev.skerry.blob.clock.HlcClock;
import dev.skerry.blob.event.EventSink;
import dev.skerry.blob.event.SequencedEvent;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps this node's clock after the times that other nodes gave to what they did, so that whoever has seen something of
 * theirs is later here. A time that is too far ahead is left to the node whose clock is wrong.
 */
final class ClockFollower implements EventSink {
    private static final Logger log = LoggerFactory.getLogger(ClockFollower.class);
    private volatile @Nullable HlcClock clock;
    private volatile boolean told;

    void lead(HlcClock follower) {
        clock = follower;
    }

    @Override
    public void accept(SequencedEvent event) {
        HlcClock follower = clock;
        if (follower == null) {
            return;
        }
        try {
            follower.update(event.event().hlc());
        } catch (ClockSkewException e) {
            if (!told) {
                told = true;
                log.warn("the clock of another node is wrong, or this one's: {}", e.getMessage());
            }
        }
    }
}
