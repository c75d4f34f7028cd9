package dev.skerry.admin;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether this node lives and serves. It lives as long as its event loops answer; it serves while none of its checks
 * fails and nobody told it to stop. A check that is merely degraded, such as a full disk, takes no traffic away: reads
 * and deletes go on.
 */
public final class Health {
    private static final Logger log = LoggerFactory.getLogger(Health.class);

    private final List<Check> checks;
    private volatile boolean stopping;

    /** With its checks, which are asked in order. */
    public Health(List<Check> checks) {
        this.checks = List.copyOf(checks);
    }

    /** One thing that must work. */
    public interface Check {
        /** Its name, one word. */
        String name();

        /** Looks; may block for a moment. What it throws counts as failed. */
        Finding look();
    }

    /** What a check found. */
    public record Finding(State state, String detail) {
        /** All is well. */
        public static final Finding OK = new Finding(State.OK, "ok");
    }

    /** How something is. */
    public enum State {
        OK,
        DEGRADED,
        FAILED
    }

    /**
     * How the node is.
     *
     * @param state the worst of all
     * @param details of each check, by name
     */
    public record Report(State state, SequencedMap<String, String> details) {
        /** Whether requests should come here. */
        public boolean ready() {
            return state != State.FAILED;
        }
    }

    /** From now on the node does not serve. */
    public void stop() {
        stopping = true;
    }

    /** Asks every check. */
    public Report look() {
        SequencedMap<String, String> details = new LinkedHashMap<>();
        State worst = State.OK;
        if (stopping) {
            details.put("server", "stopping");
            worst = State.FAILED;
        }
        for (Check check : checks) {
            Finding finding = look(check);
            details.put(check.name(), finding.detail);
            if (finding.state.compareTo(worst) > 0) {
                worst = finding.state;
            }
        }
        return new Report(worst, details);
    }

    /** Makes a check of a name and something that looks. */
    public static Check check(String name, java.util.function.Supplier<Finding> look) {
        return new Check() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public Finding look() {
                return look.get();
            }
        };
    }

    private static Finding look(Check check) {
        try {
            return check.look();
        } catch (RuntimeException failure) {
            log.warn("health check failed check={} reason={}", check.name(), failure.getMessage());
            return new Finding(State.FAILED, String.valueOf(failure.getMessage()));
        }
    }

    /** The state as it is written. */
    static String written(State state) {
        return switch (state) {
            case OK -> "ok";
            case DEGRADED -> "degraded";
            case FAILED -> "failed";
        };
    }

    static Map<String, Object> document(Report report) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("status", written(report.state));
        document.put("checks", report.details);
        return document;
    }
}
