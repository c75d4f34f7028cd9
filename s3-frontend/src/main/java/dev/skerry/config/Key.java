package dev.skerry.config;

import java.util.Locale;

/**
 * One thing a person may set.
 *
 * @param name dotted, as in the file
 * @param fallback what holds where nothing is given
 * @param shape of its values
 * @param secret whether its value is never shown
 * @param help one line for people
 * @param <T> as the program sees it
 */
record Key<T>(String name, T fallback, Shape<T> shape, boolean secret, String help) {
    static final String VARIABLE_PREFIX = "SKERRY_";

    static <T> Key<T> of(String name, T fallback, Shape<T> shape, String help) {
        return new Key<>(name, fallback, shape, false, help);
    }

    static <T> Key<T> secret(String name, T fallback, Shape<T> shape, String help) {
        return new Key<>(name, fallback, shape, true, help);
    }

    /** The environment variable that sets it. */
    String variable() {
        return VARIABLE_PREFIX + name.replace(".", "__").toUpperCase(Locale.ROOT);
    }

    /** The name of the key that a variable would set, whether there is one or not. */
    static String nameOf(String variable) {
        return variable.substring(VARIABLE_PREFIX.length()).replace("__", ".").toLowerCase(Locale.ROOT);
    }
}
