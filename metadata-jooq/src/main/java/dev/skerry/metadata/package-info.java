/** Slots and the catalog in SQLite through jOOQ: the only module that sees SQL. */
@NullMarked
package dev.skerry.metadata;

import org.jspecify.annotations.NullMarked;
