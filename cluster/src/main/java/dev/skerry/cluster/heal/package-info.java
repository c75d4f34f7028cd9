/** How a node comes to have again what it missed. */
@NullMarked
package dev.skerry.cluster.heal;

import org.jspecify.annotations.NullMarked;
