/** The words of the blob core: paths, generations, blob ids, and what is known of one generation of a blob. */
@NullMarked
package dev.skerry.blob;

import org.jspecify.annotations.NullMarked;
