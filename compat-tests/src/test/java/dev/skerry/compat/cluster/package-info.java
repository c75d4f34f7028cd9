/** Nodes of a cluster that go and come back. */
@NullMarked
package dev.skerry.compat.cluster;

import org.jspecify.annotations.NullMarked;
