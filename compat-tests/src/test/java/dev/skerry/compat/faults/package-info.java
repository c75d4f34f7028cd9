/**
 * Servers that are killed, stopped, cut off and starved while clients ask, and whether what they answer still holds.
 */
@NullMarked
package dev.skerry.compat.faults;

import org.jspecify.annotations.NullMarked;
