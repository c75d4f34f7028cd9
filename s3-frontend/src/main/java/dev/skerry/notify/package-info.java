/** Delivers bucket notifications to webhooks: from the log of events, by a durable cursor for each target. */
@NullMarked
package dev.skerry.notify;

import org.jspecify.annotations.NullMarked;
