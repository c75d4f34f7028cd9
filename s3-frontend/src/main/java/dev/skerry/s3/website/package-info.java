/** Buckets as websites: index and error documents, redirects and routing rules. */
@NullMarked
package dev.skerry.s3.website;

import org.jspecify.annotations.NullMarked;
