/** The slot as a deterministic state machine: commands, results, the rules, and the ports they stand on. */
@NullMarked
package dev.skerry.blob.commit;

import org.jspecify.annotations.NullMarked;
