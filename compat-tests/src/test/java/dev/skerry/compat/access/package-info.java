/** Who may do what: accounts, access lists and policies against a server, from outside. */
@NullMarked
package dev.skerry.compat.access;

import org.jspecify.annotations.NullMarked;
