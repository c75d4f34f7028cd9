package dev.skerry.keys;

import static dev.skerry.blob.failure.Failures.failureOf;
import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.blob.encryption.DataKey;
import dev.skerry.blob.encryption.KeyService;
import dev.skerry.blob.encryption.KeyServiceContract;
import dev.skerry.blob.failure.StoreFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RingKeysTest extends KeyServiceContract {
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
    private final SecureRandom random = new SecureRandom();
    private final AtomicLong nanos = new AtomicLong();
    private Path path = Path.of("");
    private KeyRingFile file = new KeyRingFile(path, () -> NOW, random);

    @BeforeEach
    void makeRing(@TempDir Path folder) {
        path = folder.resolve("ring.json");
        file = new KeyRingFile(path, () -> NOW, random);
        file.change(ring -> ring.withNew("testkey-1", NOW, random).withNew("testkey-2", NOW, random));
    }

    @Override
    protected KeyService service() {
        return new RingKeys(file, random, nanos::get);
    }

    private void later() {
        nanos.addAndGet(Duration.ofSeconds(3).toNanos());
    }

    @Test
    void newKeysAreWrappedWithTheNewestVersionAndOlderOnesStillUnwrapped() {
        KeyService service = service();
        DataKey before = service.newDataKey("testkey-1", Map.of());
        file.change(ring -> ring.withRotated("testkey-1", NOW, random));
        later();
        DataKey after = service.newDataKey("testkey-1", Map.of());
        assertThat(Wrapping.version(before.wrapped())).isEqualTo(1);
        assertThat(Wrapping.version(after.wrapped())).isEqualTo(2);
        assertThat(service.unwrap("testkey-1", before.wrapped(), Map.of())).isEqualTo(before.plain());
        assertThat(service.unwrap("testkey-1", after.wrapped(), Map.of())).isEqualTo(after.plain());
    }

    @Test
    void aKeyAndAVersionOfALittleAgoAreFoundAtOnce() {
        KeyService before = service();
        file.change(ring -> ring.withNew("testkey-3", NOW, random).withRotated("testkey-1", NOW, random));
        DataKey elsewhere = service().newDataKey("testkey-1", Map.of());
        assertThat(Wrapping.version(elsewhere.wrapped())).isEqualTo(2);
        assertThat(before.unwrap("testkey-1", elsewhere.wrapped(), Map.of())).isEqualTo(elsewhere.plain());
        assertThat(before.knows("testkey-3")).isTrue();
    }

    @Test
    void aDisabledKeyIsOfNoUseUntilItIsEnabled() {
        KeyService service = service();
        byte[] wrapped = service.newDataKey("testkey-1", Map.of()).wrapped();
        file.change(ring -> ring.withEnabled("testkey-1", false));
        later();
        assertThat(failureOf(() -> service.newDataKey("testkey-1", Map.of())))
                .isEqualTo(new StoreFailure.KeyDisabled("testkey-1"));
        assertThat(failureOf(() -> service.unwrap("testkey-1", wrapped, Map.of())))
                .isEqualTo(new StoreFailure.KeyDisabled("testkey-1"));
        file.change(ring -> ring.withEnabled("testkey-1", true));
        later();
        assertThat(service.unwrap("testkey-1", wrapped, Map.of())).hasSize(DataKey.LENGTH_BYTES);
    }

    @Test
    void aFileThatIsDamagedOrGoneLeavesTheRingInUse() throws IOException {
        KeyService service = service();
        byte[] wrapped = service.newDataKey("testkey-1", Map.of()).wrapped();
        Files.writeString(path, "{}");
        later();
        assertThat(service.unwrap("testkey-1", wrapped, Map.of())).hasSize(DataKey.LENGTH_BYTES);
        Files.delete(path);
        later();
        assertThat(service.unwrap("testkey-1", wrapped, Map.of())).hasSize(DataKey.LENGTH_BYTES);
    }

    @Test
    void anotherRingOfTheSameNamesUnwrapsNothing(@TempDir Path folder) {
        byte[] wrapped = service().newDataKey("testkey-1", Map.of()).wrapped();
        KeyRingFile other = new KeyRingFile(folder.resolve("other.json"), () -> NOW, random);
        other.change(ring -> ring.withNew("testkey-1", NOW, random));
        KeyService service = new RingKeys(other, random, nanos::get);
        assertThat(failureOf(() -> service.unwrap("testkey-1", wrapped, Map.of())))
                .isInstanceOf(StoreFailure.Corrupt.class);
        byte[] ofSecond = wrapped.clone();
        ofSecond[4] = 2;
        assertThat(failureOf(() -> service.unwrap("testkey-1", ofSecond, Map.of())))
                .isEqualTo(new StoreFailure.KeyUnknown("testkey-1 of version 2"));
    }
}
