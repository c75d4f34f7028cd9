/** The server as a whole: {@link dev.skerry.server.Assembly} puts it together. */
@NullMarked
package dev.skerry.server;

import org.jspecify.annotations.NullMarked;
