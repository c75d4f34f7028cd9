/** Random damage: to what clients send, and to what lies on disk. */
@NullMarked
package dev.skerry.compat.fuzz;

import org.jspecify.annotations.NullMarked;
