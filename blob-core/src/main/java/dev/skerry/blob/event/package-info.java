/** The change feed: events numbered per slot, written in the transaction of the change. */
@NullMarked
package dev.skerry.blob.event;

import org.jspecify.annotations.NullMarked;
