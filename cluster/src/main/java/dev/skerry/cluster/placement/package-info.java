/** Which nodes hold which placement groups, as values, and what must move when nodes come and go. */
@NullMarked
package dev.skerry.cluster.placement;

import org.jspecify.annotations.NullMarked;
