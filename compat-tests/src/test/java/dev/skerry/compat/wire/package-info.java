/** HTTP by hand: requests as bytes, signed by our own signer, so that each mistake can be made on purpose. */
@NullMarked
package dev.skerry.compat.wire;

import org.jspecify.annotations.NullMarked;
