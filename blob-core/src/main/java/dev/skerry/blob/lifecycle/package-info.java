/** What becomes of blobs as they grow old: the rules, what they decide, and the worker that does it. */
@NullMarked
package dev.skerry.blob.lifecycle;

import org.jspecify.annotations.NullMarked;
