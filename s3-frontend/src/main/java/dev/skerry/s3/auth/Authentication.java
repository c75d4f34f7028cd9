package dev.skerry.s3.auth;

/**
 * What a request proved.
 *
 * @param identity who asks; {@link Identity#ANONYMOUS} where it carries no signature
 * @param payload what its signature says of its body
 */
public record Authentication(Identity identity, PayloadProtection payload) {}
