/** What can go wrong, as values. */
@NullMarked
package dev.skerry.blob.failure;

import org.jspecify.annotations.NullMarked;
