package dev.skerry.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skerry.blob.Durability;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsReaderTest {
    @TempDir
    private Path folder;

    @Test
    void nothingGivenIsTheDefaults() {
        Settings settings = SettingsReader.read(null, Map.of(), Map.of()).settings();
        assertThat(settings.data()).containsExactly(Path.of("skerry-data"));
        assertThat(settings.listen()).isEqualTo(new HostPort("0.0.0.0", 9000));
        assertThat(settings.durability().mode()).isEqualTo(Durability.ALWAYS);
        assertThat(settings.storage().slots()).isEqualTo(16);
        assertThat(settings.nativeApi().open()).isTrue();
    }

    @Test
    void theSampleFileIsTheDefaults() {
        Path sample = Path.of("..", "config", "skerry.example.yaml");
        assertThat(SettingsReader.read(sample, Map.of(), Map.of()).settings())
                .isEqualTo(SettingsReader.read(null, Map.of(), Map.of()).settings());
    }

    @Test
    void keysOfEncryptionComeFromAKeyRingOrFromVault() {
        Settings.Encryption encryption = SettingsReader.read(
                        null,
                        Map.of("SKERRY_ENCRYPTION__KEY_RING", "/etc/ring", "SKERRY_ENCRYPTION__KEYS", "a,b"),
                        Map.of(
                                "encryption.vault_url", "https://vault:8200",
                                "encryption.vault_token_file", "/run/token"))
                .settings()
                .encryption();
        assertThat(encryption.keyRing()).isEqualTo(Path.of("/etc/ring"));
        assertThat(encryption.keys()).containsExactly("a", "b");
        assertThat(encryption.vault())
                .isEqualTo(
                        new Settings.Vault(URI.create("https://vault:8200"), "transit", Path.of("/run/token"), null));
    }

    @Test
    void keysOfEncryptionThatDoNotFitAreNamed() {
        assertThatThrownBy(() -> SettingsReader.read(
                        null, Map.of(), Map.of("encryption.keys", "a", "encryption.vault_url", "http://vault:8200")))
                .hasMessageContaining("encryption.key_ring: missing")
                .hasMessageContaining("encryption.vault_token_file: missing");
        for (String url : List.of("vault:8200", "ftp://vault", "https://user@vault", "https://vault?x")) {
            assertThatThrownBy(() -> SettingsReader.read(null, Map.of(), Map.of("encryption.vault_url", url)))
                    .hasMessageContaining("encryption.vault_url");
        }
    }

    @Test
    void flagsWinOverTheEnvironmentAndThatOverTheFile() throws IOException {
        Path file = file("region: from-file\nlog:\n  level: warn\ngc:\n  grace: 2h\n");
        Settings settings = SettingsReader.read(
                        file,
                        Map.of("SKERRY_REGION", "from-env", "SKERRY_LOG__LEVEL", "error"),
                        Map.of("region", "from-flag"))
                .settings();
        assertThat(settings.region()).isEqualTo("from-flag");
        assertThat(settings.log().level()).isEqualTo(Settings.LogLevel.ERROR);
        assertThat(settings.gc().grace()).isEqualTo(Duration.ofHours(2));
    }

    @Test
    void anUnknownKeyIsNamedWithItsLineAndTheNearestOne() throws IOException {
        Path file = file("region: a\ndurability:\n  mod: always\n");
        assertThatThrownBy(() -> SettingsReader.read(file, Map.of(), Map.of()))
                .isInstanceOf(ConfigException.class)
                .hasMessage(file + ":3: unknown key durability.mod, did you mean durability.mode?");
    }

    @Test
    void anUnknownVariableIsNamedWithTheNearestOne() {
        assertThatThrownBy(() -> SettingsReader.read(null, Map.of("SKERRY_LISTN", ":1"), Map.of()))
                .hasMessage("environment variable SKERRY_LISTN: unknown key, did you mean SKERRY_LISTEN?");
    }

    @Test
    void aKeyWithoutItsSectionIsFound() throws IOException {
        Path file = file("grace: 1h\n");
        assertThatThrownBy(() -> SettingsReader.read(file, Map.of(), Map.of()))
                .hasMessage(file + ":1: unknown key grace, did you mean gc.grace?");
    }

    @Test
    void variablesThatKubernetesSetsAreNotKeys() {
        Map<String, String> environment = Map.of("SKERRY_SERVICE_HOST", "10.0.0.1", "SKERRY_PORT", "tcp://10.0.0.1:80");
        assertThat(SettingsReader.read(null, environment, Map.of())
                        .settings()
                        .listen()
                        .port())
                .isEqualTo(9000);
    }

    @Test
    void everythingWrongIsReportedAtOnce() throws IOException {
        Path file = file("storage:\n  slots: many\ngc:\n  grace: 5 parsecs\nlog: loud\n");
        assertThatThrownBy(() -> SettingsReader.read(file, Map.of("SKERRY_ROOT_ACCESS_KEY", "ABC123"), Map.of()))
                .hasMessageContaining(file + ":2: storage.slots: many (expected: a whole number of 1..1024)")
                .hasMessageContaining(file + ":4: gc.grace: 5 parsecs (expected: a duration of")
                .hasMessageContaining(file + ":5: log: loud (expected: named values)")
                .hasMessageContaining("root_secret_key: missing");
    }

    @Test
    void aKeyGivenTwiceIsRefused() throws IOException {
        Path file = file("region: a\nregion: b\n");
        assertThatThrownBy(() -> SettingsReader.read(file, Map.of(), Map.of()))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("region");
    }

    @Test
    void whatIsNotYamlIsRefusedWithItsLine() throws IOException {
        Path file = file("region: [a\n");
        assertThatThrownBy(() -> SettingsReader.read(file, Map.of(), Map.of()))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith(file + ":");
    }

    @Test
    void aFileThatIsNotThereIsNamed() {
        Path file = folder.resolve("none.yaml");
        assertThatThrownBy(() -> SettingsReader.read(file, Map.of(), Map.of())).hasMessage(file + ": no such file");
    }

    @Test
    void identitiesAreReadWithWhatTheyLeaveOut() throws IOException {
        Path file = file("""
                identities:
                  - {name: alice, access_key: ALICE123, secret_key: secretsecret}
                  - name: bob
                    access_key: BOB12345
                    secret_key: secretsecret
                    canonical_id: b0b
                    policies: [admin]
                """);
        Settings settings = SettingsReader.read(file, Map.of(), Map.of()).settings();
        assertThat(settings.identities())
                .extracting(Settings.ConfiguredIdentity::canonicalId)
                .containsExactly(Settings.canonicalIdOf("alice"), "b0b");
        assertThat(settings.identities())
                .extracting(Settings.ConfiguredIdentity::admin)
                .containsExactly(false, true);
    }

    @Test
    void anUnknownFieldOfAnIdentityIsNamed() throws IOException {
        Path file = file("identities:\n  - name: a\n    acess_key: AAAA\n    secret_key: secretsecret\n");
        assertThatThrownBy(() -> SettingsReader.read(file, Map.of(), Map.of()))
                .hasMessageContaining(file + ":3: identities[0].acess_key: unknown field, did you mean access_key?");
    }

    @Test
    void identitiesThatShareAnAccessKeyAreRefused() {
        String yaml = "[{name: a, access_key: SAME, secret_key: secretsecret},"
                + " {name: b, access_key: SAME, secret_key: secretsecret}]";
        assertThatThrownBy(() -> SettingsReader.read(null, Map.of("SKERRY_IDENTITIES", yaml), Map.of()))
                .hasMessageContaining("identities[1].access_key: SAME is there twice");
    }

    @Test
    void secretsAreNeitherShownNorInMessages() {
        Map<String, String> environment = Map.of(
                "SKERRY_ROOT_ACCESS_KEY", "ROOTKEY",
                "SKERRY_ROOT_SECRET_KEY", "do-not-show-me",
                "SKERRY_IDENTITIES", "[{name: a, access_key: AAAA, secret_key: nor-me-either}]",
                "SKERRY_NATIVE__TOKENS", "and-not-this-token");
        SettingsReader.Loaded loaded = SettingsReader.read(null, environment, Map.of());
        assertThat(loaded.shown() + loaded.settings())
                .contains("ROOTKEY")
                .doesNotContain("do-not-show-me", "nor-me-either", "and-not-this-token");
        assertThatThrownBy(() -> SettingsReader.read(null, Map.of("SKERRY_ROOT_SECRET_KEY", "short"), Map.of()))
                .hasMessageNotContaining(": short");
    }

    @Test
    void theNativeListenerIsOpenOnLoopbackOnly() {
        Settings settings = SettingsReader.read(null, Map.of(), Map.of("native_listen", "0.0.0.0:9001"))
                .settings();
        assertThat(settings.nativeApi().open()).isFalse();
    }

    @Test
    void webhooksAreReadAndNothingSecretOfThemIsShown() throws IOException {
        Path file = file("""
                notifications:
                  targets:
                    hook:
                      url: https://example.com:8443/in?key=do-not-show-me
                      headers: {X-Key: nor-me-either}
                      timeout: 3s
                """);
        SettingsReader.Loaded loaded = SettingsReader.read(file, Map.of(), Map.of());
        assertThat(loaded.settings().notificationTargets()).singleElement().satisfies(target -> {
            assertThat(target.url().getHost()).isEqualTo("example.com");
            assertThat(target.headers()).containsEntry("X-Key", "nor-me-either");
            assertThat(target.timeout()).hasSeconds(3);
        });
        assertThat(loaded.shown() + loaded.settings())
                .contains("hook: {url: \"https://example.com:8443/in?********\"")
                .doesNotContain("do-not-show-me", "nor-me-either");
    }

    @Test
    void aWebhookThatCannotBeIsRefused() {
        Map<String, String> problems = Map.of(
                "{hook: {timeout: 3s}}", "notifications.targets.hook.url: missing",
                "{hook: {url: 'ftp://a/'}}", "notifications.targets.hook.url: an address",
                "{hook: {url: 'http://user:secret@a/'}}", "notifications.targets.hook.url: an address",
                "{hook: {uri: 'http://a/'}}", "notifications.targets.hook.uri: unknown field, did you mean url?",
                "{hook: {url: 'http://a/', headers: {Host: b}}}", "notifications.targets.hook.headers.Host: a header",
                "{a b: {url: 'http://a/'}}", "notifications.targets.a b: a name");
        problems.forEach((yaml, problem) -> assertThatThrownBy(
                        () -> SettingsReader.read(null, Map.of("SKERRY_NOTIFICATIONS__TARGETS", yaml), Map.of()))
                .hasMessageContaining(problem)
                .hasMessageNotContaining("secret"));
    }

    private Path file(String text) throws IOException {
        return Files.writeString(folder.resolve("skerry.yaml"), text);
    }
}
