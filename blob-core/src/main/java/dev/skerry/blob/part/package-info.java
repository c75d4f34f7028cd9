/** Part files: staged, hashed, fsynced, verified block by block when read. */
@NullMarked
package dev.skerry.blob.part;

import org.jspecify.annotations.NullMarked;
