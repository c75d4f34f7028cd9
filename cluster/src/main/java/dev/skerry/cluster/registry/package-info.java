/**
 * How nodes of a cluster find each other. A registry serves discovery and the first formation only: what a formed
 * cluster is, its catalog says, so that it goes on when the registry is lost.
 */
@NullMarked
package dev.skerry.cluster.registry;

import org.jspecify.annotations.NullMarked;
