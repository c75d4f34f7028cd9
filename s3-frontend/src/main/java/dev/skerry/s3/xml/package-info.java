/** S3's documents: a bounded reader without entities or DTDs, and a writer. */
@NullMarked
package dev.skerry.s3.xml;

import org.jspecify.annotations.NullMarked;
