package dev.skerry.keys;

import static dev.skerry.blob.failure.Failures.failureOf;
import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.blob.encryption.DataKey;
import dev.skerry.blob.encryption.KeyService;
import dev.skerry.blob.encryption.KeyServiceContract;
import dev.skerry.blob.failure.StoreFailure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VaultKeysTest extends KeyServiceContract {
    private static final String OWN = "own";

    private final AtomicLong nanos = new AtomicLong();
    private final List<AutoCloseable> open = new ArrayList<>();
    private FakeVault vault;
    private Path token = Path.of("");

    VaultKeysTest() {
        vault = FakeVault.start(OWN, "testkey-1", "testkey-2");
        open.add(vault);
    }

    @BeforeEach
    void writeToken(@TempDir Path folder) throws IOException {
        token = Files.writeString(folder.resolve("token"), FakeVault.TOKEN + "\n");
    }

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable each : open) {
            each.close();
        }
    }

    @Override
    protected VaultKeys service() {
        VaultKeys keys = new VaultKeys(
                new VaultKeys.Settings(vault.url(), "transit", token, OWN), new SecureRandom(), nanos::get);
        open.add(keys);
        return keys;
    }

    @Test
    void vaultIsNotAskedAgainForAWhile() {
        KeyService service = service();
        byte[] wrapped = service.newDataKey("testkey-1", Map.of()).wrapped();
        int before = vault.requests();
        service.unwrap("testkey-1", wrapped, Map.of());
        assertThat(vault.requests()).isEqualTo(before);
        nanos.addAndGet(UnwrappedKeys.KEPT.toNanos());
        service.unwrap("testkey-1", wrapped, Map.of());
        service.unwrap("testkey-1", wrapped, Map.of());
        assertThat(vault.requests()).isEqualTo(before + 1);
    }

    @Test
    void whatIsRememberedIsNotWipedWithWhatWasGiven() {
        KeyService service = service();
        DataKey key = service.newDataKey("testkey-1", Map.of());
        byte[] plain = key.plain().clone();
        Arrays.fill(key.plain(), (byte) 0);
        assertThat(service.unwrap("testkey-1", key.wrapped(), Map.of())).isEqualTo(plain);
    }

    @Test
    void aRotatedKeyStillUnwrapsUntilItsOldVersionIsForbidden() {
        DataKey key = service().newDataKey("testkey-1", Map.of());
        vault.rotate("testkey-1");
        assertThat(service().unwrap("testkey-1", key.wrapped(), Map.of())).isEqualTo(key.plain());
        assertThat(text(service().newDataKey("testkey-1", Map.of()).wrapped())).contains("vault:v2:");
        vault.allowFrom("testkey-1", 2);
        assertThat(failureOf(() -> service().unwrap("testkey-1", key.wrapped(), Map.of())))
                .isEqualTo(new StoreFailure.KeyDisabled("testkey-1"));
    }

    @Test
    void theKeyOfAWriteThatNamedNoneOutlivesItsSetting() {
        DataKey key = service().newDataKey(null, Map.of());
        VaultKeys other = new VaultKeys(
                new VaultKeys.Settings(vault.url(), "transit", token, "testkey-2"), new SecureRandom(), nanos::get);
        open.add(other);
        assertThat(other.unwrap(null, key.wrapped(), Map.of())).isEqualTo(key.plain());
    }

    @Test
    void whatVaultRefusesIsToldApart() {
        vault.takeToken("another");
        assertThat(failureOf(() -> service().newDataKey("testkey-1", Map.of())))
                .isInstanceOf(StoreFailure.EncryptionRefused.class);
        vault.takeToken(FakeVault.TOKEN);
        assertThat(failureOf(() -> service().newDataKey("testkey-9", Map.of())))
                .isEqualTo(new StoreFailure.KeyUnknown("testkey-9"));
        for (FakeVault.Reply reply : List.of(
                FakeVault.error(503, "Vault is sealed"),
                FakeVault.error(429, "request path rate limit exceeded"),
                FakeVault.error(500, "1 error occurred"),
                new FakeVault.Reply(307, ""),
                new FakeVault.Reply(200, "<html>"),
                new FakeVault.Reply(200, "{}"),
                new FakeVault.Reply(200, "{\"data\":{\"plaintext\":\"c2hvcnQ=\",\"ciphertext\":\"vault:v1:x\"}}"),
                new FakeVault.Reply(200, " ".repeat(100_000)))) {
            vault.always(reply);
            assertThat(failureOf(() -> service().newDataKey("testkey-1", Map.of())))
                    .as(reply.status() + reply.body().strip())
                    .isInstanceOf(StoreFailure.KeyServiceUnavailable.class);
        }
    }

    @Test
    void aVaultThatIsNotThereIsUnavailable() {
        VaultKeys service = service();
        vault.close();
        assertThat(failureOf(() -> service.newDataKey("testkey-1", Map.of())))
                .isInstanceOf(StoreFailure.KeyServiceUnavailable.class);
        assertThat(service.knows("testkey-1")).isFalse();
        vault = FakeVault.start("testkey-1");
        open.add(vault);
    }

    @Test
    void aNewTokenIsTakenUp() throws IOException {
        VaultKeys service = service();
        service.newDataKey("testkey-1", Map.of());
        vault.takeToken("renewed");
        Files.writeString(token, "renewed\n");
        Files.setLastModifiedTime(token, FileTime.from(Instant.parse("2030-01-01T00:00:00Z")));
        assertThat(service.newDataKey("testkey-1", Map.of()).plain()).hasSize(DataKey.LENGTH_BYTES);
        Files.writeString(token, "two\nlines");
        Files.setLastModifiedTime(token, FileTime.from(Instant.parse("2031-01-01T00:00:00Z")));
        assertThat(failureOf(() -> service.newDataKey("testkey-1", Map.of())))
                .isInstanceOf(StoreFailure.KeyServiceUnavailable.class)
                .satisfies(failure -> assertThat(failure.message()).doesNotContain("two"));
    }

    @Test
    void aNameCannotLeaveTheTransitEngine() {
        int before = vault.requests();
        for (String name : List.of("../../sys/seal", "a/b", "..", "a?b", "ä", "")) {
            assertThat(failureOf(() -> service().newDataKey(name, Map.of())))
                    .isEqualTo(new StoreFailure.KeyUnknown(name));
        }
        assertThat(vault.requests()).isEqualTo(before);
    }

    @Test
    void whatARingWrappedStaysReadableBesideVault(@TempDir Path folder) {
        SecureRandom random = new SecureRandom();
        KeyRingFile file = new KeyRingFile(folder.resolve("ring.json"), () -> Instant.EPOCH, random);
        file.change(ring -> ring.withNew("testkey-1", Instant.EPOCH, random));
        RingKeys ring = new RingKeys(file, random, nanos::get);
        DataKey before = ring.newDataKey("testkey-1", Map.of());
        KeyService joined = new JoinedKeys(ring, service());
        assertThat(joined.unwrap("testkey-1", before.wrapped(), Map.of())).isEqualTo(before.plain());
        assertThat(text(joined.newDataKey("testkey-1", Map.of()).wrapped())).contains("vault:v1:");
        DataKey own = joined.newDataKey(null, Map.of());
        assertThat(ring.unwrap(null, own.wrapped(), Map.of())).isEqualTo(own.plain());
        assertThat(Base64.getEncoder().encodeToString(own.wrapped())).doesNotContain("vault");
    }

    private static String text(byte[] wrapped) {
        return new String(wrapped, StandardCharsets.ISO_8859_1);
    }
}
