/** What operators ask of a node: health, metrics, status, garbage collection now. */
@NullMarked
package dev.skerry.admin;

import org.jspecify.annotations.NullMarked;
