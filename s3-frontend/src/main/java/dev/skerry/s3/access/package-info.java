/** S3's words for access: lists, ownership, public access block and policies, as headers, XML and JSON write them. */
@NullMarked
package dev.skerry.s3.access;

import org.jspecify.annotations.NullMarked;
