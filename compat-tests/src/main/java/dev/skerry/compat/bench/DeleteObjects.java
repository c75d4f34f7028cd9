package dev.skerry.compat.bench;

import dev.skerry.compat.bench.LoadClient.Request;
import io.vertx.core.http.HttpMethod;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Requests that delete many keys at once. */
final class DeleteObjects {
    private DeleteObjects() {}

    /**
     * One request.
     *
     * @param path of the bucket
     * @param keys without letters that XML knows, at most a thousand
     */
    static Request of(String path, List<String> keys) {
        String document = keys.stream()
                .map(key -> "<Object><Key>" + key + "</Key></Object>")
                .collect(Collectors.joining("", "<Delete><Quiet>true</Quiet>", "</Delete>"));
        byte[] bytes = document.getBytes(StandardCharsets.UTF_8);
        return new Request(
                HttpMethod.POST, path, "delete=", Map.of("Content-MD5", md5(bytes)), Body.of(bytes), Payload.SIGNED);
    }

    private static String md5(byte[] bytes) {
        try {
            return Base64.getEncoder()
                    .encodeToString(MessageDigest.getInstance("MD5").digest(bytes));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java has MD5", impossible);
        }
    }
}
