/** Bucket notifications as S3 configures them: events, rules with filters, and the targets they name. */
@NullMarked
package dev.skerry.s3.notification;

import org.jspecify.annotations.NullMarked;
