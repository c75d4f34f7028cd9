/** The change feed of the native API, seen from outside. */
@NullMarked
package dev.skerry.compat.feed;

import org.jspecify.annotations.NullMarked;
