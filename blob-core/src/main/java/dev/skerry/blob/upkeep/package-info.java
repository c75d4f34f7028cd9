/** What a store does to itself in the background: collect garbage, scrub part files. */
@NullMarked
package dev.skerry.blob.upkeep;

import org.jspecify.annotations.NullMarked;
