package dev.skerry.cluster.topology;

import dev.skerry.cluster.failure.Liveness;

/**
 * What one node knows of another.
 *
 * @param seen what it looks like
 * @param incarnation of which of the machines that had its id, one after the other
 */
public record Sighting(Liveness seen, int incarnation) {}
