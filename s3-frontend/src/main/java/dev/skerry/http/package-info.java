/** What every HTTP surface shares: one thread per request, bodies and answers with back-pressure, ids and records. */
@NullMarked
package dev.skerry.http;

import org.jspecify.annotations.NullMarked;
