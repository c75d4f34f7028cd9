/** Bucket notifications over HTTP: receivers that fail, hang and restart, and a server that is killed. */
@NullMarked
package dev.skerry.compat.notify;

import org.jspecify.annotations.NullMarked;
