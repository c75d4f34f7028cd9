/** The hybrid logical clock and the blob ids drawn from it. */
@NullMarked
package dev.skerry.blob.clock;

import org.jspecify.annotations.NullMarked;
