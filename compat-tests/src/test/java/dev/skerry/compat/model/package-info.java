/** The model of a write in {@code docs/model}, checked state by state. */
@NullMarked
package dev.skerry.compat.model;

import org.jspecify.annotations.NullMarked;
