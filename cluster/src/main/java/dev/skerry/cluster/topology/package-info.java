/** Who is in the cluster and who holds what, as all nodes know it, and how it changes. */
@NullMarked
package dev.skerry.cluster.topology;

import org.jspecify.annotations.NullMarked;
