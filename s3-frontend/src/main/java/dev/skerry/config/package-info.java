/** What a person may set: read from a YAML file, the environment and flags into one record. */
@NullMarked
package dev.skerry.config;

import org.jspecify.annotations.NullMarked;
