/** Signature Version 4 by header, query and chunk, and who a request comes from. */
@NullMarked
package dev.skerry.s3.auth;

import org.jspecify.annotations.NullMarked;
