/** The remote tier: parts that move to a cloud S3 and come back. Nothing is here yet: see the roadmap, phase 5. */
@NullMarked
package dev.skerry.archive;

import org.jspecify.annotations.NullMarked;
