/** The operations, one class each. */
@NullMarked
package dev.skerry.s3.operation;

import org.jspecify.annotations.NullMarked;
