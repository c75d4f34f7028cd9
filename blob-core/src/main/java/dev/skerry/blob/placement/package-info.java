/** Which placement group, slot and nodes a path belongs to. */
@NullMarked
package dev.skerry.blob.placement;

import org.jspecify.annotations.NullMarked;
