/** Command-line clients from Debian against the server. */
@NullMarked
package dev.skerry.compat.cli;

import org.jspecify.annotations.NullMarked;
