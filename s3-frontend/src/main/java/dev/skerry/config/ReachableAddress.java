package dev.skerry.config;

import java.util.Optional;

/** Where others reach a node: a host and a port that are no wildcards. */
final class ReachableAddress {
    static final String FORM = "HOST:PORT with a port of 1..65535";

    private ReachableAddress() {}

    /** Reads one; empty where it is none. */
    static Optional<HostPort> parse(String text) {
        return text.indexOf(':') < 0 ? Optional.empty() : HostPort.parse(text).filter(ReachableAddress::is);
    }

    /** Whether others could reach a node there. */
    static boolean is(HostPort address) {
        return address.port() > 0
                && !address.everyInterface()
                && !address.host().isBlank();
    }

    static Shape<HostPort> shape() {
        return Shape.scalar(FORM, ReachableAddress::parse);
    }
}
