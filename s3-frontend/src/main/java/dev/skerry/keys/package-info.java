/** Where the keys come from that encryption wraps its data keys with: a key ring file, or Vault. */
@NullMarked
package dev.skerry.keys;

import org.jspecify.annotations.NullMarked;
