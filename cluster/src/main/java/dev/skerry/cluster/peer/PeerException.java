package dev.skerry.cluster.peer;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A call to another node had no good end. */
public final class PeerException extends IOException {
    private static final long serialVersionUID = 1L;

    private final PeerListener.Outcome outcome;

    PeerException(PeerListener.Outcome outcome, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.outcome = outcome;
    }

    /** How it ended. Whatever it was, the peer may have done what it was asked, unless it was never reached. */
    public PeerListener.Outcome outcome() {
        return outcome;
    }
}
