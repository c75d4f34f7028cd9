/** Bringing the data of older stores into this one. */
@NullMarked
package dev.skerry.blob.migrate;

import org.jspecify.annotations.NullMarked;
