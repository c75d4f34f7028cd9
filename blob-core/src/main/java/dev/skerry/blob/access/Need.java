package dev.skerry.blob.access;

import org.jspecify.annotations.Nullable;

/** Whose grants could allow a request, and which of them. */
public sealed interface Need {
    /** The bucket's; where {@code permission} is null no grant is enough, and only its owner or a policy allows it. */
    record OfBucket(@Nullable Permission permission) implements Need {}

    /** The blob's; where {@code permission} is null no grant is enough, and only its owner or a policy allows it. */
    record OfBlob(@Nullable Permission permission) implements Need {}
}
