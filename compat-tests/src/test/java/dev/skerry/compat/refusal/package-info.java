/** Bad input of every kind: refused with the code AWS gives, nothing stored, the server still well. */
@NullMarked
package dev.skerry.compat.refusal;

import org.jspecify.annotations.NullMarked;
