/** The S3 protocol: one pipeline, one table of operations, one class per operation. */
@NullMarked
package dev.skerry.s3;

import org.jspecify.annotations.NullMarked;
