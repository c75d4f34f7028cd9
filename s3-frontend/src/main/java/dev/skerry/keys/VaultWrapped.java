package dev.skerry.keys;

import dev.skerry.blob.encryption.DataKey;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * A data key as it is kept that was wrapped with Vault's help. As bytes: {@value #FORM}, the length of the key's name
 * and the name, the sealed data key, the rest Vault's text.
 *
 * @param keyName Vault's key
 * @param sealed the data key under the key that Vault made
 * @param ciphertext that key as Vault wrapped it
 */
record VaultWrapped(String keyName, byte[] sealed, String ciphertext) {
    private static final byte FORM = 2;
    private static final int SEALED_BYTES = DataKey.LENGTH_BYTES + Sealing.TAG_BYTES;

    byte[] bytes() {
        byte[] name = keyName.getBytes(StandardCharsets.US_ASCII);
        byte[] text = ciphertext.getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocate(2 + name.length + SEALED_BYTES + text.length)
                .put(FORM)
                .put((byte) name.length)
                .put(name)
                .put(sealed)
                .put(text)
                .array();
    }

    /** Of such bytes; empty where they are none. */
    static Optional<VaultWrapped> of(byte[] bytes) {
        if (bytes.length < 2 || bytes[0] != FORM || bytes[1] <= 0) {
            return Optional.empty();
        }
        ByteBuffer rest = ByteBuffer.wrap(bytes, 2, bytes.length - 2);
        if (rest.remaining() <= bytes[1] + SEALED_BYTES) {
            return Optional.empty();
        }
        byte[] name = new byte[bytes[1]];
        byte[] sealed = new byte[SEALED_BYTES];
        rest.get(name).get(sealed);
        return Optional.of(new VaultWrapped(
                new String(name, StandardCharsets.US_ASCII),
                sealed,
                StandardCharsets.US_ASCII.decode(rest).toString()));
    }

    @Override
    public String toString() {
        return "VaultWrapped[" + keyName + "]";
    }
}
