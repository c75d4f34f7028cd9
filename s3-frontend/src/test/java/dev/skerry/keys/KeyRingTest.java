package dev.skerry.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeyRingTest {
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
    private final SecureRandom random = new SecureRandom();
    private Path file = Path.of("");

    @BeforeEach
    void nameFile(@TempDir Path folder) {
        file = folder.resolve("keys").resolve("ring.json");
    }

    private KeyRingFile ring() {
        return new KeyRingFile(file, () -> NOW, random);
    }

    @Test
    void aNewRingIsItsOwnersAloneAndHasAMasterKey() throws IOException {
        KeyRing made = ring().readOrMake();
        assertThat(made.keys()).containsOnlyKeys(KeyRing.MASTER);
        assertThat(Files.getPosixFilePermissions(file))
                .containsExactlyInAnyOrder(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);
        assertThat(ring().readOrMake()).isEqualTo(made);
    }

    @Test
    void keysAreMadeRotatedDisabledAndKept() {
        ring().change(ring -> ring.withNew("photos", NOW, random));
        ring().change(ring -> ring.withRotated("photos", NOW.plusSeconds(1), random));
        ring().change(ring -> ring.withEnabled("photos", false));
        KeyRing.NamedKey key = ring().read().key("photos").orElseThrow();
        assertThat(key.enabled()).isFalse();
        assertThat(key.versions()).extracting(KeyRing.Version::number).containsExactly(1, 2);
        assertThat(key.versions().getFirst().secret()).isNotEqualTo(key.newest().secret());
        assertThat(key.newest().createdAt()).isEqualTo(NOW.plusSeconds(1));
    }

    @Test
    void aNameIsNotMadeTwiceAndAnUnknownOneNotChanged() {
        ring().change(ring -> ring.withNew("photos", NOW, random));
        byte[] before = read();
        assertThatThrownBy(() -> ring().change(ring -> ring.withNew("photos", NOW, random)))
                .isInstanceOf(KeyRingException.class)
                .hasMessageContaining("is there already");
        assertThatThrownBy(() -> ring().change(ring -> ring.withRotated("music", NOW, random)))
                .hasMessageContaining("unknown")
                .hasMessageContaining("photos");
        assertThatThrownBy(() -> ring().change(ring -> ring.withNew("../x y", NOW, random)))
                .hasMessageContaining("no name for a key");
        assertThat(read()).isEqualTo(before);
    }

    @Test
    void everyFlippedBitIsNoticed() throws IOException {
        ring().change(ring -> ring.withNew("photos", NOW, random).withEnabled("photos", false));
        KeyRing kept = ring().read();
        byte[] whole = read();
        for (int i = 0; i < whole.length; i++) {
            byte[] damaged = whole.clone();
            damaged[i] ^= 1;
            Files.write(file, damaged);
            try {
                // white space and the letters of field names that are not read may differ, the ring may not
                assertThat(ring().read()).as("byte " + i).isEqualTo(kept);
            } catch (KeyRingException refused) {
                assertThat(refused.getMessage()).contains(file.toString());
            }
        }
    }

    @Test
    void aRingThatWasCutShortIsNoRing() throws IOException {
        ring().change(ring -> ring.withNew("photos", NOW, random));
        byte[] whole = read();
        for (int length = 0; length < whole.length - 3; length += 7) {
            Files.write(file, Arrays.copyOf(whole, length));
            assertThatThrownBy(() -> ring().read()).isInstanceOf(KeyRingException.class);
        }
    }

    @Test
    void whoeverLacksTheMasterSecretCannotAddAKey() throws IOException {
        ring().readOrMake();
        String text = new String(read(), StandardCharsets.UTF_8);
        String added = text.replace(
                "\"keys\" : [ {",
                "\"keys\" : [ {\"name\":\"planted\",\"enabled\":true,\"versions\":[{\"version\":1,\"created_at\":\""
                        + NOW + "\",\"secret\":\"" + Base64.getEncoder().encodeToString(new byte[32]) + "\"}]}, {");
        assertThat(added).isNotEqualTo(text);
        Files.writeString(file, added);
        assertThatThrownBy(() -> ring().read()).hasMessageContaining("seal");
    }

    @Test
    void noMessageShowsASecret() throws IOException {
        KeyRing made = ring().readOrMake();
        String secret =
                Base64.getEncoder().encodeToString(made.master().newest().secret());
        String text = new String(read(), StandardCharsets.UTF_8);
        for (String damaged : List.of(
                text.replace("\"" + secret + "\"", secret),
                text.replace(secret, secret + "!"),
                text.replace(secret, secret.substring(4)))) {
            Files.writeString(file, damaged);
            assertThatThrownBy(() -> ring().read()).satisfies(failure -> {
                for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
                    assertThat(String.valueOf(cause.getMessage())).doesNotContain(secret.substring(8, 24));
                }
            });
        }
        assertThat(made.toString()).doesNotContain(secret);
    }

    @Test
    void aRingThatOthersMayReadIsRefused() throws IOException {
        ring().readOrMake();
        for (String open : List.of("rw----r--", "rw--w----", "rw-----w-")) {
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(open));
            assertThatThrownBy(() -> ring().read()).hasMessageContaining("chmod 600");
        }
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--r-----"));
        assertThat(ring().read().keys()).isNotEmpty();
    }

    @Test
    void aRingInADataFolderIsRefusedAlsoBehindALink(@TempDir Path folder) throws IOException {
        Path data = Files.createDirectory(folder.resolve("data"));
        Path link = Files.createSymbolicLink(folder.resolve("elsewhere"), data);
        for (Path inside : List.of(data.resolve("ring"), data.resolve("new/ring"), link.resolve("ring"))) {
            KeyRingFile ring = new KeyRingFile(inside, () -> NOW, random);
            assertThatThrownBy(() -> ring.requireOutside(List.of(data)))
                    .isInstanceOf(KeyRingException.class)
                    .hasMessageContaining("data folder");
        }
        ring().requireOutside(List.of(data));
    }

    @Test
    void nothingIsLeftBesideTheRing() throws IOException {
        ring().change(ring -> ring.withNew("photos", NOW, random));
        try (Stream<Path> files = Files.list(file.getParent())) {
            assertThat(files.map(path -> path.getFileName().toString()))
                    .containsExactlyInAnyOrder("ring.json", "ring.json.lock");
        }
    }

    private byte[] read() {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
