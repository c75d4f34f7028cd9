/** Lifecycle configurations as S3 writes them. */
@NullMarked
package dev.skerry.s3.lifecycle;

import org.jspecify.annotations.NullMarked;
