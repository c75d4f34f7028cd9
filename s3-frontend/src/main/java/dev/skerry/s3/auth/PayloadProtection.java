package dev.skerry.s3.auth;

import dev.skerry.blob.Sha256;

/** What a request's signature says of its body. */
public sealed interface PayloadProtection {
    /** Nothing: {@code UNSIGNED-PAYLOAD}, or the request is not signed. */
    record Unsigned() implements PayloadProtection {}

    /** The SHA-256 of the whole. */
    record Hashed(Sha256 sha256) implements PayloadProtection {}

    /** Framed in chunks that are not signed, with a trailer: {@code STREAMING-UNSIGNED-PAYLOAD-TRAILER}. */
    record UnsignedChunks() implements PayloadProtection {}

    /** Framed in chunks that are signed one after the other, with or without a trailer. */
    record SignedChunks(ChunkSigner signer, boolean trailer) implements PayloadProtection {}
}
