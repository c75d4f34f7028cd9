package dev.skerry.compat.operate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.compat.sdk.Sdk;
import dev.skerry.compat.server.ServerLab;
import dev.skerry.compat.server.Settings;
import dev.skerry.compat.server.SkerryServer;
import dev.skerry.compat.server.WithServer;
import dev.skerry.compat.wire.Bytes;
import dev.skerry.compat.wire.Form;
import dev.skerry.compat.wire.Wire;
import dev.skerry.compat.wire.WireRequest;
import dev.skerry.compat.wire.WireResponse;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

/** A server behind a proxy that speaks to it under another name than clients speak to the proxy. */
@ExtendWith(WithServer.class)
class ReverseProxyTest {
    @Test
    void clientsSignForTheProxyThatIsTrusted(ServerLab lab) throws IOException {
        SkerryServer server = lab.server(Settings.of(lab.path("data"))
                        .withYaml("trusted_proxies: [127.0.0.1, 10.0.0.0/8]", "domains: [s3.example.com]"))
                .start();
        try (ReverseProxy proxy = new ReverseProxy(server.s3());
                S3Client client =
                        Sdk.syncBuilder(server).endpointOverride(proxy.url()).build()) {
            String bucket = Sdk.bucket(client);
            byte[] content = Bytes.of(1, 300_000);
            client.putObject(b -> b.bucket(bucket).key("a b"), RequestBody.fromBytes(content));
            assertThat(client.getObjectAsBytes(b -> b.bucket(bucket).key("a b")).asByteArrayUnsafe())
                    .isEqualTo(content);
            presigned(proxy, bucket, content);
            virtualHost(proxy, bucket, content);
            whatAnswersAndPoliciesSay(proxy, client, bucket);
            // whoever speaks to the server itself still may
            try (S3Client direct = Sdk.sync(server)) {
                assertThat(direct.headObject(b -> b.bucket(bucket).key("a b")).contentLength())
                        .isEqualTo(content.length);
            }
        }
    }

    private static void presigned(ReverseProxy proxy, String bucket, byte[] content) throws IOException {
        WireResponse got = Wire.exchange(
                proxy.url(),
                WireRequest.object("GET", proxy.url(), bucket, "a b").presign(Duration.ofMinutes(5)));
        assertThat(got.body()).isEqualTo(content);
    }

    private static void virtualHost(ReverseProxy proxy, String bucket, byte[] content) throws IOException {
        WireResponse got = Wire.exchange(
                proxy.url(),
                WireRequest.of("GET", proxy.url(), "/a%20b")
                        .header("host", bucket + ".s3.example.com")
                        .sign());
        assertThat(got.body()).isEqualTo(content);
    }

    private static void whatAnswersAndPoliciesSay(ReverseProxy proxy, S3Client client, String bucket)
            throws IOException {
        WireResponse posted = Wire.exchange(
                proxy.url(),
                new Form()
                        .field("key", "posted")
                        .sign("{\"bucket\": \"" + bucket + "\"}", "{\"key\": \"posted\"}")
                        .to(proxy.url(), bucket));
        assertThat(posted.header("location"))
                .hasValue(proxy.url().toString().replace("http:", "https:") + "/" + bucket + "/posted");
        client.putPublicAccessBlock(b -> b.bucket(bucket)
                .publicAccessBlockConfiguration(c -> c.blockPublicPolicy(false).restrictPublicBuckets(false)));
        client.putBucketPolicy(b -> b.bucket(bucket)
                .policy("{\"Version\":\"2012-10-17\",\"Statement\":{\"Effect\":\"Allow\",\"Principal\":\"*\","
                        + "\"Action\":\"s3:GetObject\",\"Resource\":\"arn:aws:s3:::" + bucket + "/*\","
                        + "\"Condition\":{\"IpAddress\":{\"aws:SourceIp\":\"" + ReverseProxy.CLIENT + "\"},"
                        + "\"Bool\":{\"aws:SecureTransport\":\"true\"}}}}"));
        WireRequest read = WireRequest.object("GET", proxy.url(), bucket, "posted");
        assertThat(Wire.exchange(proxy.url(), read).status()).isEqualTo(200);
    }

    @Test
    void nobodyElsesWordIsTaken(ServerLab lab) throws IOException {
        SkerryServer server = lab.server(Settings.of(lab.path("data")).withYaml("trusted_proxies: [192.0.2.0/24]"))
                .start();
        try (ReverseProxy proxy = new ReverseProxy(server.s3())) {
            WireResponse refused = Wire.exchange(
                    proxy.url(), WireRequest.of("GET", proxy.url(), "/").sign());
            assertThat(refused.status() + " " + refused.code()).isEqualTo("403 SignatureDoesNotMatch");
        }
        SkerryServer wrong =
                lab.server(Settings.of(lab.path("wrong")).withYaml("trusted_proxies: [proxy.example.com]"));
        assertThat(wrong.startExpectingExit()).isNotZero();
        assertThat(wrong.tail(5)).contains("trusted_proxies").contains("an IP address, or a range");
    }
}
