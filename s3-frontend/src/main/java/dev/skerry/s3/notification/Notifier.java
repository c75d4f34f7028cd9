package dev.skerry.s3.notification;

import dev.skerry.blob.clock.HlcTimestamp;
import java.util.Optional;

/** Where notifications go: what the operations must know of it. */
public interface Notifier {
    /** Nowhere. */
    Notifier NONE = new Notifier() {
        @Override
        public boolean knows(String target) {
            return false;
        }

        @Override
        public Optional<String> test(String target, String bucket, String requestId) {
            return Optional.of("there is no such target");
        }

        @Override
        public HlcTimestamp now() {
            return HlcTimestamp.ZERO;
        }
    };

    /** Whether there is a target of that name. */
    boolean knows(String target);

    /**
     * Sends S3's test event; blocks for no longer than the target's timeout.
     *
     * @return why it was not taken; empty where it was
     */
    Optional<String> test(String target, String bucket, String requestId);

    /** A time that is after all events so far and before all to come. */
    HlcTimestamp now();
}
