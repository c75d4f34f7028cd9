package dev.skerry.config;

import java.io.Serial;

/** A value that is not what its key expects. */
final class BadValue extends Exception {
    @Serial
    private static final long serialVersionUID = 1L;

    private final String where;
    private final String below;

    private BadValue(String where, String below, String message) {
        super(message);
        this.where = where;
        this.below = below;
    }

    static BadValue of(ConfigNode node, String expected) {
        return new BadValue(node.where(), "", node.shown() + " (expected: " + expected + ")");
    }

    /** About something inside the key's value: an item or a field of one. */
    static BadValue inside(String below, String where, String message) {
        return new BadValue(where, below, message);
    }

    /** The same, seen from the key above. */
    BadValue under(String parent) {
        return new BadValue(where, parent + below, message());
    }

    private String message() {
        String message = getMessage();
        return message == null ? "" : message;
    }

    /** The line for a person. */
    String line(String key) {
        return where + ": " + key + below + ": " + message();
    }
}
