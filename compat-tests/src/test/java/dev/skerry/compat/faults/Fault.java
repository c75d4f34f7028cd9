package dev.skerry.compat.faults;

import java.util.function.Consumer;

/**
 * Something that goes wrong for a while.
 *
 * @param name what reports call it
 * @param begin makes it go wrong
 * @param end makes it right again, as far as the network's mending does not
 */
record Fault(String name, Deed begin, Deed end) {
    /** Something done to the nodes or the network. */
    @FunctionalInterface
    interface Deed {
        void run() throws Throwable;
    }

    /** A fault of the network, which is mended after each fault anyway. */
    static Fault ofNetwork(String name, Network network, Consumer<Network> deed) {
        return new Fault(name, () -> deed.accept(network), () -> {});
    }
}
