/** Metadata of slots that other nodes hold: asked of one that does, and answered for those that ask. */
@NullMarked
package dev.skerry.cluster.remote;

import org.jspecify.annotations.NullMarked;
