/** Readers of the databases of older stores: AmberBlob's, Amberio's and Rimio's. */
@NullMarked
package dev.skerry.metadata.legacy;

import org.jspecify.annotations.NullMarked;
