package dev.skerry.compat.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.compat.sdk.OwnBucket;
import dev.skerry.compat.sdk.Sdk;
import dev.skerry.compat.server.WithServer;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.services.s3.model.CORSRule;

/** What web pages of other origins are allowed, bucket by bucket. */
@ExtendWith(WithServer.class)
class CorsTest {
    private static final String VARY = "Origin, Access-Control-Request-Headers, Access-Control-Request-Method";

    @RegisterExtension
    final OwnBucket own = OwnBucket.holding("k", "content");

    private void allow(CORSRule... rules) {
        own.client().putBucketCors(b -> b.bucket(own.name()).corsConfiguration(c -> c.corsRules(rules)));
    }

    private static CORSRule uploads() {
        return CORSRule.builder()
                .allowedOrigins("https://*.example.com")
                .allowedMethods("GET", "PUT")
                .allowedHeaders("content-*", "x-amz-meta-a")
                .exposeHeaders("ETag")
                .maxAgeSeconds(600)
                .build();
    }

    private WireResponse preflight(String path, String origin, String method, String headers) throws IOException {
        WireRequest request = WireRequest.of("OPTIONS", own.s3(), path).header("origin", origin);
        if (!method.isEmpty()) {
            request.header("access-control-request-method", method);
        }
        if (!headers.isEmpty()) {
            request.header("access-control-request-headers", headers);
        }
        return Wire.exchange(own.s3(), request);
    }

    private void refused(WireResponse answer, int status, String code, String message) {
        assertThat(answer.status() + " " + answer.code()).as("%s", answer).isEqualTo(status + " " + code);
        assertThat(answer.element("Message")).startsWith(message);
        assertThat(answer.headers().keySet()).noneMatch(name -> name.startsWith("access-control-"));
    }

    @Test
    void aPreflightIsAnsweredWithoutSignatureByTheFirstRuleThatMatches() throws IOException {
        allow(
                uploads(),
                CORSRule.builder().allowedOrigins("*").allowedMethods("GET").build());
        WireResponse answer =
                preflight("/" + own.name() + "/k", "https://a.example.com", "PUT", "content-type, X-Amz-Meta-A");
        assertThat(answer.status()).as("%s", answer).isEqualTo(200);
        assertThat(answer.body()).isEmpty();
        assertThat(answer.header("access-control-allow-origin")).hasValue("https://a.example.com");
        assertThat(answer.header("access-control-allow-methods")).hasValue("GET, PUT");
        assertThat(answer.header("access-control-allow-headers")).hasValue("content-type, X-Amz-Meta-A");
        assertThat(answer.header("access-control-allow-credentials")).hasValue("true");
        assertThat(answer.header("access-control-expose-headers")).hasValue("ETag");
        assertThat(answer.header("access-control-max-age")).hasValue("600");
        assertThat(answer.header("vary")).hasValue(VARY);
        WireResponse everyone = preflight("/" + own.name(), "https://elsewhere.net", "GET", "");
        assertThat(everyone.header("access-control-allow-origin")).hasValue("*");
        assertThat(everyone.header("access-control-allow-credentials")).isEmpty();
    }

    @Test
    void aPreflightThatNoRuleAllowsIsForbidden() throws IOException {
        String forbidden = "CORSResponse: This CORS request is not allowed.";
        String path = "/" + own.name() + "/k";
        refused(
                preflight(path, "https://a.example.com", "PUT", ""),
                403,
                "AccessForbidden",
                "CORSResponse: CORS is not enabled for this bucket.");
        allow(uploads());
        WireResponse origin = preflight(path, "https://example.org", "PUT", "");
        refused(origin, 403, "AccessForbidden", forbidden);
        assertThat(origin.element("Method") + " " + origin.element("ResourceType"))
                .isEqualTo("PUT OBJECT");
        refused(preflight(path, "https://a.example.com", "DELETE", ""), 403, "AccessForbidden", forbidden);
        WireResponse header = preflight("/" + own.name(), "https://a.example.com", "PUT", "x-amz-acl");
        refused(header, 403, "AccessForbidden", forbidden);
        assertThat(header.element("ResourceType")).isEqualTo("BUCKET");
        refused(
                preflight(path, "https://a.example.com", "PATCH", ""),
                400,
                "BadRequest",
                "Invalid Access-Control-Request-Method: PATCH");
        refused(
                preflight(path, "https://a.example.com", "", ""),
                400,
                "BadRequest",
                "Invalid Access-Control-Request-Method: null");
        refused(
                Wire.exchange(own.s3(), WireRequest.of("OPTIONS", own.s3(), path)),
                400,
                "BadRequest",
                "Insufficient information. Origin request header needed.");
        refused(
                preflight("/no-such-bucket-anywhere/k", "https://a.example.com", "PUT", ""),
                403,
                "AccessForbidden",
                "CORSResponse: Bucket not found");
    }

    @Test
    void anActualRequestCarriesTheHeadersAlsoWhereItIsRefused() throws IOException {
        allow(uploads());
        for (String key : List.of("k", "absent")) {
            WireResponse answer = Wire.exchange(
                    own.s3(),
                    WireRequest.object("GET", own.s3(), own.name(), key)
                            .header("origin", "https://a.example.com")
                            .sign());
            assertThat(answer.status()).isEqualTo(key.equals("k") ? 200 : 404);
            assertThat(answer.header("access-control-allow-origin")).hasValue("https://a.example.com");
            assertThat(answer.header("access-control-expose-headers")).hasValue("ETag");
            assertThat(answer.header("access-control-max-age")).hasValue("600");
            assertThat(answer.header("vary")).hasValue(VARY);
        }
        WireResponse unsigned = Wire.exchange(
                own.s3(),
                WireRequest.object("GET", own.s3(), own.name(), "k").header("origin", "https://a.example.com"));
        assertThat(unsigned.status()).isEqualTo(403);
        assertThat(unsigned.header("access-control-allow-origin")).hasValue("https://a.example.com");
        WireResponse other = Wire.exchange(
                own.s3(),
                WireRequest.object("GET", own.s3(), own.name(), "k")
                        .header("origin", "https://example.org")
                        .sign());
        assertThat(other.status()).isEqualTo(200);
        assertThat(other.header("access-control-allow-origin")).isEmpty();
    }

    @Test
    void rulesAreEachBucketsOwn() throws IOException {
        allow(uploads());
        String other = Sdk.bucket(own.client());
        assertThat(preflight("/" + other + "/k", "https://a.example.com", "PUT", "")
                        .status())
                .isEqualTo(403);
        own.client().deleteBucketCors(b -> b.bucket(own.name()));
        assertThat(preflight("/" + own.name() + "/k", "https://a.example.com", "PUT", "")
                        .status())
                .isEqualTo(403);
        assertThat(Sdk.refusal(() -> own.client().getBucketCors(b -> b.bucket(own.name()))))
                .isEqualTo("404 NoSuchCORSConfiguration");
    }
}
