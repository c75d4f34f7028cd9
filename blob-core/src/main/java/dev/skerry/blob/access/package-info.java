/**
 * Who may do what: identities, access lists, ownership, policies, and the one function that decides. Nothing here
 * blocks, reads a clock or keeps state.
 */
@NullMarked
package dev.skerry.blob.access;

import org.jspecify.annotations.NullMarked;
