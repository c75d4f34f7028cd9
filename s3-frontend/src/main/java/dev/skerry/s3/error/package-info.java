/** S3's error codes, and the one table that turns failures into them. */
@NullMarked
package dev.skerry.s3.error;

import org.jspecify.annotations.NullMarked;
