package dev.skerry.s3.operation;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * Where a listing goes on, in a form that clients do not take apart: base64 of a form number and the last name shown.
 */
final class ContinuationToken {
    private static final byte FORM = 1;

    private ContinuationToken() {}

    /** The token of a listing that goes on after {@code last}. */
    static String write(String last) {
        byte[] name = last.getBytes(StandardCharsets.UTF_8);
        byte[] token = ByteBuffer.allocate(name.length + 1).put(FORM).put(name).array();
        return Base64.getUrlEncoder().withoutPadding().encodeToString(token);
    }

    /**
     * What the listing goes on after.
     *
     * @throws dev.skerry.s3.error.S3Exception with InvalidArgument where the token is none of ours
     */
    static String read(String parameter, String token) {
        try {
            ByteBuffer bytes = ByteBuffer.wrap(Base64.getUrlDecoder().decode(token));
            if (bytes.hasRemaining() && bytes.get() == FORM) {
                return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
            }
        } catch (IllegalArgumentException | CharacterCodingException _) {
            // not ours
        }
        throw Parameters.invalid(parameter, token, "The continuation token provided is incorrect");
    }
}
