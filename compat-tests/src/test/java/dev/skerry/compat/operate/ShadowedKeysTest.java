package dev.skerry.compat.operate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.compat.server.ServerLab;
import dev.skerry.compat.server.Settings;
import dev.skerry.compat.server.SkerryServer;
import dev.skerry.compat.server.WithServer;
import dev.skerry.compat.wire.Wire;
import dev.skerry.compat.wire.WireRequest;
import dev.skerry.compat.wire.WireResponse;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** No path of the server's own hides an object, however the bucket is named. */
@ExtendWith(WithServer.class)
class ShadowedKeysTest {
    private static final String BUCKET = "photos";
    private static final String HOST = BUCKET + ".s3.example.com";

    /** Keys that are paths of the native API, of metrics, of health and of administration. */
    private static final List<String> KEYS = List.of(
            "_",
            "_/",
            "_/health",
            "_/health/live",
            "_/health/ready",
            "_/metrics",
            "_/admin/v1/access",
            "_/admin/v1/lifecycle",
            "_/api/v1/blobs",
            "_/api/v1/blobs/photos/a",
            "_/api/v1/events",
            "_/openapi/native.yaml",
            "_/console/",
            "_/internal/v1",
            "_/nothing",
            "api/v1/healthz",
            "blobs/a",
            "objects/a",
            "health",
            "nodes",
            "slots/0");

    private static SkerryServer start(ServerLab lab) {
        return lab.server(Settings.of(lab.path("data"))
                        .withYaml("trusted_proxies: [127.0.0.1]", "domains: [S3.example.com]"))
                .start();
    }

    private static WireResponse send(URI to, WireRequest request) throws IOException {
        return Wire.exchange(to, request.sign());
    }

    /** Writes, reads and deletes every key under a host; where {@code inPath}, the bucket is named by the path. */
    private static void writtenReadAndDeleted(URI to, String host, boolean inPath) throws IOException {
        String before = inPath ? "/" + BUCKET + "/" : "/";
        for (String key : KEYS) {
            String path = before + key;
            String text = host + " " + key;
            WireResponse put = send(
                    to, WireRequest.of("PUT", to, path).header("host", host).body(text));
            assertThat(put.status()).as("PUT %s at %s: %s", path, host, put).isEqualTo(200);
            WireResponse got = send(to, WireRequest.of("GET", to, path).header("host", host));
            assertThat(got.text()).as("GET %s at %s", path, host).isEqualTo(text);
            WireResponse listed = send(
                    to,
                    WireRequest.of("GET", to, inPath ? "/" + BUCKET : "/")
                            .query("prefix", key)
                            .header("host", host));
            assertThat(listed.element("Key")).isEqualTo(key);
            WireResponse deleted = send(to, WireRequest.of("DELETE", to, path).header("host", host));
            assertThat(deleted.status())
                    .as("DELETE %s at %s: %s", path, host, deleted)
                    .isEqualTo(204);
            WireResponse gone = send(to, WireRequest.of("GET", to, path).header("host", host));
            assertThat(gone.code()).as("GET %s at %s", path, host).isEqualTo("NoSuchKey");
        }
    }

    @Test
    void keysAreKeysHoweverTheBucketIsNamed(ServerLab lab) throws IOException {
        SkerryServer server = start(lab);
        URI s3 = server.s3();
        assertThat(send(s3, WireRequest.of("PUT", s3, "/" + BUCKET)).status()).isEqualTo(200);
        writtenReadAndDeleted(s3, s3.getAuthority(), true);
        for (String host :
                List.of(HOST, HOST + ":" + s3.getPort(), HOST + ".", HOST.toUpperCase(Locale.ROOT), HOST + ".:80")) {
            writtenReadAndDeleted(s3, host, false);
        }
        try (ReverseProxy proxy = new ReverseProxy(s3)) {
            writtenReadAndDeleted(proxy.url(), HOST, false);
            writtenReadAndDeleted(proxy.url(), proxy.url().getAuthority(), true);
        }
    }

    /** The other way round: what names no bucket gets the server's own answers. */
    @Test
    void theServersOwnPathsAreThereUnderItsOwnNames(ServerLab lab) throws IOException {
        SkerryServer server = start(lab);
        URI s3 = server.s3();
        for (String host : List.of(s3.getAuthority(), "s3.example.com", "elsewhere.example.org")) {
            WireResponse health = Wire.exchange(
                    s3, WireRequest.of("GET", s3, "/_/health/live").header("host", host));
            assertThat(health.status()).as(host).isEqualTo(200);
            assertThat(health.text()).as(host).doesNotContain("<Error>");
        }
        WireResponse bucket = send(s3, WireRequest.of("PUT", s3, "/_"));
        assertThat(bucket.code()).isEqualTo("InvalidBucketName");
    }
}
