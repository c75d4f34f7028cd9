/**
 * Where nodes find each other and agree: registry backends, membership, CRUSH placement, the Raft commit log, staging
 * to replicas, anti-entropy. Nothing of it is needed by a single node, and nothing is here yet: see the roadmap, phase
 * 3.
 */
@NullMarked
package dev.skerry.cluster;

import org.jspecify.annotations.NullMarked;
