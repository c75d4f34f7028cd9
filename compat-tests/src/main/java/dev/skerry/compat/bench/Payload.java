package dev.skerry.compat.bench;

import java.util.Locale;

/** Whether the bodies of objects are part of the signature. */
enum Payload {
    /** Hashed into it, as clients do over plain HTTP. */
    SIGNED,
    /** Left out, as clients may over TLS. */
    UNSIGNED;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
