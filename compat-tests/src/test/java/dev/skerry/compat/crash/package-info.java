/** What survives when the server is taken away in the middle of its work. */
@NullMarked
package dev.skerry.compat.crash;

import org.jspecify.annotations.NullMarked;
