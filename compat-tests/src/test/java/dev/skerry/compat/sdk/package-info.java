/** The AWS SDK for Java v2 against the server: every HTTP client it has. */
@NullMarked
package dev.skerry.compat.sdk;

import org.jspecify.annotations.NullMarked;
