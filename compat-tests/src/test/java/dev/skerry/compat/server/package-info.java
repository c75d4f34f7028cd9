/** The server under test: started, stopped, killed and looked at from outside. */
@NullMarked
package dev.skerry.compat.server;

import org.jspecify.annotations.NullMarked;
