package dev.skerry.cluster.placement;

import org.jspecify.annotations.Nullable;

/**
 * That the nodes of a cluster are being brought to another version of the program, one after the other. A value.
 *
 * @param version the one they shall all have in the end, or null for whichever, if it is the same on all
 */
public record Upgrade(@Nullable String version) {}
