/**
 * Encryption at rest: what is asked of it, what is kept of it, keys, and the frames that stored bytes are sealed in.
 */
@NullMarked
package dev.skerry.blob.encryption;

import org.jspecify.annotations.NullMarked;
