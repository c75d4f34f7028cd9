/** The benchmark kit: a light load generator for S3 endpoints, and what it makes of its measurements. */
@NullMarked
package dev.skerry.compat.bench;

import org.jspecify.annotations.NullMarked;
