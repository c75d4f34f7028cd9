/** What the nodes of a cluster say to each other, and how each knows who speaks. */
@NullMarked
package dev.skerry.cluster.peer;

import org.jspecify.annotations.NullMarked;
