package dev.skerry.keys;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.skerry.blob.encryption.DataKey;
import dev.skerry.blob.encryption.KeyService;
import dev.skerry.blob.failure.StoreException;
import dev.skerry.blob.failure.StoreFailure;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keys that HashiCorp Vault keeps in its transit engine, or OpenBao in its. Vault makes a key and wraps it; the data
 * key is sealed under that, bound to the context, which Vault itself knows only of keys made for it. Data keys that
 * were unwrapped are remembered for {@link UnwrappedKeys#KEPT}.
 *
 * @see <a href="https://developer.hashicorp.com/vault/api-docs/secret/transit">Transit secrets engine (API)</a>
 */
public final class VaultKeys implements KeyService, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(VaultKeys.class);
    private static final String LABEL = "skerry vault: data key";
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]{0,127}");
    private static final byte[] NO_SALT = {};
    private static final int MAX_CIPHERTEXT = 4096;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final VaultClient client;
    private final Settings settings;
    private final SecureRandom random;
    private final UnwrappedKeys unwrapped;
    private final AtomicBoolean answering = new AtomicBoolean(true);

    /**
     * Where Vault is.
     *
     * @param url of the server, without {@code /v1}
     * @param mount the path of the transit engine
     * @param tokenFile holds the token, and is read again when it changes
     * @param key the name of the key for what the store encrypts in its own name; null for none
     */
    public record Settings(
            URI url, String mount, Path tokenFile, @Nullable String key) {}

    /**
     * Over Vault, which is not asked before the first key is wanted.
     *
     * @param random makes data keys
     * @param nanos a clock that never goes back
     */
    public VaultKeys(Settings settings, SecureRandom random, LongSupplier nanos) {
        this.settings = settings;
        this.random = random;
        this.client = new VaultClient(settings.url(), settings.tokenFile());
        this.unwrapped = new UnwrappedKeys(nanos);
    }

    @Override
    public DataKey newDataKey(@Nullable String keyId, Map<String, String> context) {
        String name = name(keyId);
        JsonNode answer = ask("datakey/plaintext", name, JSON.createObjectNode().put("bits", DataKey.LENGTH_BYTES * 8));
        String ciphertext = answer.path("ciphertext").asText();
        if (ciphertext.isEmpty() || ciphertext.length() > MAX_CIPHERTEXT) {
            throw unavailable("it gave no ciphertext");
        }
        byte[] given = base64(answer.path("plaintext"));
        byte[] plain = new byte[DataKey.LENGTH_BYTES];
        random.nextBytes(plain);
        byte[] sealed = Sealing.seal(given, NO_SALT, bound(keyId, context), plain);
        Arrays.fill(given, (byte) 0);
        byte[] wrapped = new VaultWrapped(name, sealed, ciphertext).bytes();
        unwrapped.put(new UnwrappedKeys.Wrapped(keyId, wrapped, context), plain);
        return new DataKey(plain, wrapped);
    }

    @Override
    public byte[] unwrap(@Nullable String keyId, byte[] wrapped, Map<String, String> context) {
        UnwrappedKeys.Wrapped asked = new UnwrappedKeys.Wrapped(keyId, wrapped.clone(), context);
        byte[] known = unwrapped.get(asked);
        if (known != null) {
            return known;
        }
        VaultWrapped parts = VaultWrapped.of(wrapped)
                .filter(found -> NAME.matcher(found.keyName()).matches())
                .orElseThrow(() -> corrupt("a data key that Vault did not wrap", null));
        // where none was named, the one that was taken then, whatever the settings say now
        String name = keyId == null ? parts.keyName() : name(keyId);
        JsonNode answer = ask("decrypt", name, JSON.createObjectNode().put("ciphertext", parts.ciphertext()));
        byte[] given = base64(answer.path("plaintext"));
        try {
            byte[] plain = Sealing.open(given, NO_SALT, bound(keyId, context), parts.sealed());
            unwrapped.put(asked, plain);
            return plain;
        } catch (GeneralSecurityException e) {
            throw corrupt("a data key that was wrapped for another key or in another context", e);
        } finally {
            Arrays.fill(given, (byte) 0);
        }
    }

    @Override
    public boolean knows(@Nullable String keyId) {
        try {
            byte[] made = newDataKey(keyId, Map.of()).plain();
            Arrays.fill(made, (byte) 0);
            return true;
        } catch (StoreException _) {
            return false;
        }
    }

    @Override
    public void close() {
        unwrapped.clear();
        client.close();
    }

    private String name(@Nullable String keyId) {
        String name = keyId == null || keyId.equals(KeyRing.MASTER) ? settings.key() : keyId;
        if (name == null || !NAME.matcher(name).matches()) {
            throw new StoreException(new StoreFailure.KeyUnknown(keyId));
        }
        return name;
    }

    private JsonNode ask(String what, String name, ObjectNode body) {
        try {
            VaultClient.Answer answer =
                    client.post("/v1/" + settings.mount() + "/" + what + "/" + name, body.toString());
            if (answer.status() != 200) {
                throw refusal(name, answer.status(), errors(answer.body()));
            }
            JsonNode data = parse(answer.body()).path("data");
            if (!answering.getAndSet(true)) {
                log.info("Vault answers again");
            }
            return data;
        } catch (IOException e) {
            throw failing(new StoreException(new StoreFailure.KeyServiceUnavailable("Vault: " + e), e));
        } catch (StoreException e) {
            throw failing(e);
        }
    }

    /** The first of a row of failures that are Vault's is worth a line: the clients are told less. */
    private StoreException failing(StoreException failure) {
        boolean vaults = failure.failure() instanceof StoreFailure.KeyServiceUnavailable
                || failure.failure() instanceof StoreFailure.EncryptionRefused;
        if (vaults && answering.getAndSet(false)) {
            log.warn("{}; until it answers, what needs its keys is refused", failure.getMessage());
        }
        return failure;
    }

    /** Vault has no codes but HTTP's, so its words decide between what 400 may mean. */
    private static StoreException refusal(String name, int status, String errors) {
        StoreFailure failure = switch (status) {
            case 400, 404 -> badRequest(name, errors);
            case 403 -> new StoreFailure.EncryptionRefused("Vault denies the use of key " + name);
            default -> new StoreFailure.KeyServiceUnavailable("Vault answered " + status + ": " + errors);
        };
        return new StoreException(failure);
    }

    private static StoreFailure badRequest(String name, String errors) {
        if (errors.contains("key not found") || errors.isEmpty()) {
            return new StoreFailure.KeyUnknown(name);
        }
        return errors.contains("disallowed by policy")
                ? new StoreFailure.KeyDisabled(name)
                : new StoreFailure.Corrupt("Vault does not unwrap a data key of " + name + ": " + errors);
    }

    /** What went wrong, in Vault's words, which hold no secret. */
    private static String errors(byte[] body) {
        try {
            StringBuilder text = new StringBuilder();
            for (JsonNode error : JSON.readTree(body).path("errors")) {
                text.append(text.isEmpty() ? "" : "; ").append(error.asText());
            }
            return text.length() > 500 ? text.substring(0, 500) : text.toString();
        } catch (IOException _) {
            return "no words of Vault's";
        }
    }

    @SuppressWarnings("UnusedException") // its words would show a part of the answer, which holds a key
    private static JsonNode parse(byte[] body) {
        try {
            return JSON.readTree(body);
        } catch (JacksonException e) {
            throw unavailable("it answered no JSON");
        } catch (IOException e) {
            throw unavailable("its answer cannot be read");
        }
    }

    @SuppressWarnings("UnusedException") // its words would show a part of the key
    private static byte[] base64(JsonNode node) {
        try {
            byte[] bytes = Base64.getDecoder().decode(node.asText());
            if (bytes.length == DataKey.LENGTH_BYTES) {
                return bytes;
            }
        } catch (IllegalArgumentException e) {
            throw unavailable("it gave a data key that is none");
        }
        throw unavailable("it gave a data key of another length");
    }

    private static StoreException unavailable(String detail) {
        return new StoreException(new StoreFailure.KeyServiceUnavailable("Vault: " + detail));
    }

    private static StoreException corrupt(String what, @Nullable Throwable cause) {
        return new StoreException(new StoreFailure.Corrupt(what), cause);
    }

    private static byte[] bound(@Nullable String keyId, Map<String, String> context) {
        return Derivation.bytes(LABEL, keyId == null ? "" : keyId, 0, context);
    }
}
