/** What clients asked and were told, and whether one register for each key could have answered so. */
@NullMarked
package dev.skerry.compat.history;

import org.jspecify.annotations.NullMarked;
