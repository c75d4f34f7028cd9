/** The black-box side of the project: tools that speak HTTP to a server from outside. */
@NullMarked
package dev.skerry.compat;

import org.jspecify.annotations.NullMarked;
