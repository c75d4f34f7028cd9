/** The checksums S3 clients can ask for: computed as bytes go by, and combined where the bytes are already gone. */
@NullMarked
package dev.skerry.blob.checksum;

import org.jspecify.annotations.NullMarked;
