/** Requests and responses: framing, bodies, the pipeline every operation runs through. */
@NullMarked
package dev.skerry.s3.http;

import org.jspecify.annotations.NullMarked;
