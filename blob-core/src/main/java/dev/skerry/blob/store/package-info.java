/** Object semantics over slots and parts: put, read, delete, list, multipart. */
@NullMarked
package dev.skerry.blob.store;

import org.jspecify.annotations.NullMarked;
