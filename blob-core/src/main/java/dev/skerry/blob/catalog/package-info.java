/** Buckets and their configuration, and identities. */
@NullMarked
package dev.skerry.blob.catalog;

import org.jspecify.annotations.NullMarked;
