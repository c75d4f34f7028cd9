/** The native HTTP API over the versioned blob core: blobs by path, listings, slots, nodes, and the change feed. */
@NullMarked
package dev.skerry.blobapi;

import org.jspecify.annotations.NullMarked;
