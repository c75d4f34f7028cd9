package dev.skerry.compat.bench;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Which certificates of a TLS endpoint are believed: those of the given authority or, where none is given, those Java
 * believes.
 *
 * @param authority a PEM file of certificates; null for none
 * @param anything whether every certificate is, whatever name it has
 */
record Trust(@Nullable Path authority, boolean anything) {
    /** As Java does. */
    static final Trust USUAL = new Trust(null, false);

    /** Without a look at the certificate. */
    static final Trust ANYTHING = new Trust(null, true);
}
