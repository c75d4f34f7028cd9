/**
 * Parts on all replicas of their slot: staged at once, read from whoever has them, written again where they are bad.
 */
@NullMarked
package dev.skerry.cluster.parts;

import org.jspecify.annotations.NullMarked;
