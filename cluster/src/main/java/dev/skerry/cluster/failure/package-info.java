/** Which nodes answer, as this node sees it. */
@NullMarked
package dev.skerry.cluster.failure;

import org.jspecify.annotations.NullMarked;
