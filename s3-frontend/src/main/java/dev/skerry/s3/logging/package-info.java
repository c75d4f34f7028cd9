/** Server access logging: what is kept of the requests to a bucket, as objects in another. */
@NullMarked
package dev.skerry.s3.logging;

import org.jspecify.annotations.NullMarked;
