package dev.skerry.keys;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Vault's transit engine as its documentation describes it, as far as data keys go: real HTTP, real AES-GCM, versions
 * of keys, a token, and the errors Vault gives.
 */
final class FakeVault implements AutoCloseable {
    static final String TOKEN = "hvs.for-tests";

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int NONCE_BYTES = 12;

    private final Vertx vertx = Vertx.vertx();
    private final HttpServer server;
    private final SecureRandom random = new SecureRandom();
    private final Map<String, List<byte[]>> keys = new ConcurrentHashMap<>();
    private final Map<String, Integer> oldest = new ConcurrentHashMap<>();
    private final AtomicInteger requests = new AtomicInteger();
    private volatile @Nullable Reply always;
    private volatile String allowed = TOKEN;

    /** What it answers. */
    record Reply(int status, String body) {}

    private FakeVault() {
        server = vertx.createHttpServer()
                .requestHandler(this::handle)
                .listen(0, "127.0.0.1")
                .await();
    }

    static FakeVault start(String... names) {
        FakeVault vault = new FakeVault();
        for (String name : names) {
            vault.rotate(name);
        }
        return vault;
    }

    URI url() {
        return URI.create("http://127.0.0.1:" + server.actualPort());
    }

    /** Gives a key another version; the first makes it. */
    void rotate(String name) {
        byte[] key = new byte[32];
        random.nextBytes(key);
        keys.computeIfAbsent(name, _ -> new ArrayList<>()).add(key);
    }

    /** Forbids versions below that one. */
    void allowFrom(String name, int version) {
        oldest.put(name, version);
    }

    /** Answers so to everything from now on; null as a Vault does. */
    void always(@Nullable Reply reply) {
        always = reply;
    }

    /** Takes another token from now on. */
    void takeToken(String token) {
        allowed = token;
    }

    /** How often it was asked. */
    int requests() {
        return requests.get();
    }

    @Override
    public void close() {
        vertx.close().await();
    }

    private void handle(HttpServerRequest request) {
        requests.incrementAndGet();
        request.body().onSuccess(body -> {
            Reply forced = always;
            Reply reply = forced != null ? forced : answer(request, body.getBytes());
            request.response().setStatusCode(reply.status()).end(reply.body());
        });
    }

    private Reply answer(HttpServerRequest request, byte[] body) {
        String[] path = String.valueOf(request.path()).split("/", -1);
        if (!path[1].equals("v1") || !path[2].equals("transit")) {
            return error(404, "no handler for route");
        }
        if (!allowed.equals(request.getHeader("X-Vault-Token"))) {
            return error(403, "1 error occurred:\n\t* permission denied\n\n");
        }
        if (!request.method().name().equals("POST")) {
            return error(405, "unsupported operation");
        }
        List<byte[]> versions = keys.get(path[path.length - 1]);
        if (versions == null) {
            return error(400, "encryption key not found");
        }
        try {
            JsonNode asked = JSON.readTree(body);
            return switch (path[3]) {
                case "datakey" -> dataKey(versions, asked.path("bits").asInt(256) / 8);
                case "decrypt" ->
                    decrypt(
                            path[path.length - 1],
                            versions,
                            asked.path("ciphertext").asText());
                default -> error(404, "");
            };
        } catch (IOException _) {
            return error(400, "failed to parse JSON input");
        } catch (GeneralSecurityException _) {
            return error(400, "cipher: message authentication failed");
        } catch (IllegalArgumentException _) {
            return error(400, "invalid ciphertext: could not decode base64");
        }
    }

    private Reply dataKey(List<byte[]> versions, int bytes) throws GeneralSecurityException {
        byte[] plain = new byte[bytes];
        random.nextBytes(plain);
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        byte[] sealed = cipher(Cipher.ENCRYPT_MODE, versions.getLast(), nonce).doFinal(plain);
        byte[] wrapped = ByteBuffer.allocate(nonce.length + sealed.length)
                .put(nonce)
                .put(sealed)
                .array();
        ObjectNode data = JSON.createObjectNode()
                .put("plaintext", base64(plain))
                .put("ciphertext", "vault:v" + versions.size() + ":" + base64(wrapped));
        return new Reply(200, JSON.createObjectNode().set("data", data).toString());
    }

    private Reply decrypt(String name, List<byte[]> versions, String ciphertext) throws GeneralSecurityException {
        String[] words = ciphertext.split(":", -1);
        if (words.length != 3 || !words[0].equals("vault") || !words[1].matches("v[1-9][0-9]{0,3}")) {
            return error(400, "invalid ciphertext: no prefix");
        }
        int version = Integer.parseInt(words[1].substring(1));
        if (version < oldest.getOrDefault(name, 1)) {
            return error(400, "ciphertext or signature version is disallowed by policy (too old)");
        }
        if (version > versions.size()) {
            return error(400, "invalid ciphertext: version is too new");
        }
        byte[] wrapped = Base64.getDecoder().decode(words[2]);
        byte[] nonce = Arrays.copyOf(wrapped, NONCE_BYTES);
        byte[] plain = cipher(Cipher.DECRYPT_MODE, versions.get(version - 1), nonce)
                .doFinal(wrapped, NONCE_BYTES, wrapped.length - NONCE_BYTES);
        ObjectNode data = JSON.createObjectNode().put("plaintext", base64(plain));
        return new Reply(200, JSON.createObjectNode().set("data", data).toString());
    }

    private static Cipher cipher(int mode, byte[] key, byte[] nonce) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, new SecretKeySpec(key, "AES"), new GCMParameterSpec(128, nonce));
        return cipher;
    }

    static Reply error(int status, String message) {
        ObjectNode body = JSON.createObjectNode();
        var errors = body.putArray("errors");
        if (!message.isEmpty()) {
            errors.add(message);
        }
        return new Reply(status, body.toString());
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }
}
