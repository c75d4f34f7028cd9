package dev.skerry.compat.sdk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.compat.server.ServerLab;
import dev.skerry.compat.server.Settings;
import dev.skerry.compat.server.SkerryServer;
import dev.skerry.compat.server.WithServer;
import dev.skerry.compat.wire.Wire;
import dev.skerry.compat.wire.WireRequest;
import dev.skerry.compat.wire.WireResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.Protocol;
import software.amazon.awssdk.services.s3.model.RoutingRule;
import software.amazon.awssdk.services.s3.model.WebsiteConfiguration;

/** A bucket as a website: what a browser gets, which signs nothing. */
@ExtendWith(WithServer.class)
class WebsiteTest {
    private static final String BUCKET = "pages";

    private SkerryServer server;

    @BeforeEach
    void setUp(ServerLab lab) {
        server = lab.server(Settings.of(lab.path("data"))
                        .withYaml(
                                "domains: [example]",
                                "trusted_proxies: [127.0.0.1]",
                                "s3:",
                                "  website_domains: [Web.example]"))
                .start();
        try (S3Client client = Sdk.sync(server)) {
            client.createBucket(b -> b.bucket(BUCKET));
            client.putBucketWebsite(b -> b.bucket(BUCKET)
                    .websiteConfiguration(
                            w -> w.indexDocument(i -> i.suffix("index.html")).errorDocument(e -> e.key("error.html"))));
            put(client, "index.html", "home");
            put(client, "dir/index.html", "the folder");
            put(client, "dir/page", "a page");
        }
    }

    private static void put(S3Client client, String key, String text) {
        client.putObject(b -> b.bucket(BUCKET).key(key).contentType("text/html"), RequestBody.fromString(text));
    }

    /** Lets everyone read, and list where asked to. */
    private static void open(S3Client client, boolean list) {
        client.deletePublicAccessBlock(b -> b.bucket(BUCKET));
        String listing = list
                ? ",{\"Effect\":\"Allow\",\"Principal\":\"*\",\"Action\":\"s3:ListBucket\","
                        + "\"Resource\":\"arn:aws:s3:::pages\"}"
                : "";
        client.putBucketPolicy(b -> b.bucket(BUCKET)
                .policy("{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":\"*\","
                        + "\"Action\":\"s3:GetObject\",\"Resource\":\"arn:aws:s3:::pages/*\"}" + listing + "]}"));
    }

    private WireResponse visit(String method, String path) throws IOException {
        return Wire.exchange(
                server.s3(), WireRequest.of(method, server.s3(), path).header("host", BUCKET + ".web.example:80"));
    }

    private WireResponse visit(String path) throws IOException {
        return visit("GET", path);
    }

    private static void assertMoved(WireResponse response, int status, String location) {
        assertThat(response.status()).isEqualTo(status);
        assertThat(response.header("location")).contains(location);
    }

    @Test
    void foldersHaveAnIndexAndPagesAreRead() throws IOException {
        try (S3Client client = Sdk.sync(server)) {
            open(client, true);
        }
        WireResponse home = visit("/");
        assertThat(home.status()).isEqualTo(200);
        assertThat(home.text()).isEqualTo("home");
        assertThat(home.header("content-type")).contains("text/html");
        assertThat(visit("/dir/").text()).isEqualTo("the folder");
        assertThat(visit("/dir/page?versionId=none&acl").text())
                .as("queries mean nothing")
                .isEqualTo("a page");
        assertMoved(visit("/dir"), 302, "/dir/");
        WireResponse head = visit("HEAD", "/dir/page");
        assertThat(head.status()).isEqualTo(200);
        assertThat(head.header("content-length")).contains("6");
        WireResponse part = Wire.exchange(
                server.s3(),
                WireRequest.of("GET", server.s3(), "/dir/page")
                        .header("host", "pages.web.example")
                        .header("range", "bytes=2-5"));
        assertThat(part.status()).isEqualTo(206);
        assertThat(part.text()).isEqualTo("page");
        String etag = visit("/dir/page").header("etag").orElseThrow();
        assertThat(Wire.exchange(
                                server.s3(),
                                WireRequest.of("GET", server.s3(), "/dir/page")
                                        .header("host", "pages.web.example")
                                        .header("if-none-match", etag))
                        .status())
                .isEqualTo(304);
    }

    @Test
    void errorsArePages() throws IOException {
        WireResponse closed = visit("/");
        assertThat(closed.status()).as("nothing is public yet").isEqualTo(403);
        assertThat(closed.header("content-type")).contains("text/html; charset=utf-8");
        assertThat(closed.header("x-amz-error-code")).contains("AccessDenied");
        assertThat(visit("/dir").status())
                .as("that there is a folder is no one's to know either")
                .isEqualTo(403);
        for (WireRequest signed : List.of(
                WireRequest.of("GET", server.s3(), "/dir/page")
                        .header("host", "pages.web.example")
                        .sign(),
                WireRequest.of("GET", server.s3(), "/dir/page")
                        .header("host", "pages.web.example")
                        .presign(Duration.ofMinutes(1)))) {
            assertThat(Wire.exchange(server.s3(), signed).status())
                    .as("a signature opens nothing here")
                    .isEqualTo(403);
        }
        try (S3Client client = Sdk.sync(server)) {
            open(client, false);
            assertThat(visit("/none").status())
                    .as("what is not there is no one's to know who may not list")
                    .isEqualTo(403);
            open(client, true);
        }
        WireResponse missing = visit("/no%3Cb%3Ene");
        assertThat(missing.status()).isEqualTo(404);
        assertThat(missing.text())
                .contains("<title>404 Not Found</title>", "<li>Code: NoSuchKey</li>", "<li>Key: no&lt;b&gt;ne</li>")
                .contains("An Error Occurred While Attempting to Retrieve a Custom Error Document")
                .contains("<li>Key: error.html</li>");
        try (S3Client client = Sdk.sync(server)) {
            put(client, "error.html", "sorry");
        }
        WireResponse sorry = visit("/none");
        assertThat(sorry.status()).isEqualTo(404);
        assertThat(sorry.text()).isEqualTo("sorry");
        WireResponse post = visit("POST", "/");
        assertThat(post.status()).isEqualTo(405);
        assertThat(post.text()).contains("<li>Code: MethodNotAllowed</li>");
        assertThat(Wire.exchange(
                                server.s3(),
                                WireRequest.of("GET", server.s3(), "/").header("host", "nobody.web.example"))
                        .text())
                .contains("<li>Code: NoSuchBucket</li>", "<li>BucketName: nobody</li>");
        try (S3Client client = Sdk.sync(server)) {
            client.deleteBucketWebsite(b -> b.bucket(BUCKET));
            assertThat(Sdk.refusal(() -> client.getBucketWebsite(b -> b.bucket(BUCKET))))
                    .isEqualTo("404 NoSuchWebsiteConfiguration");
        }
        assertThat(visit("/").text()).contains("<li>Code: NoSuchWebsiteConfiguration</li>");
    }

    @Test
    void rulesSendElsewhere() throws IOException {
        try (S3Client client = Sdk.sync(server)) {
            open(client, true);
            configure(
                    client,
                    rule("docs/", null)
                            .redirect(r -> r.replaceKeyPrefixWith("documents/"))
                            .build(),
                    rule("old/", null)
                            .redirect(r -> r.protocol(Protocol.HTTPS)
                                    .hostName("other.example")
                                    .replaceKeyWith("new page")
                                    .httpRedirectCode("307"))
                            .build(),
                    rule("img/", "404")
                            .redirect(r -> r.hostName("images.example").httpRedirectCode("302"))
                            .build(),
                    rule(null, "404")
                            .redirect(r -> r.replaceKeyWith("index.html"))
                            .build());
            put(client, "img/there", "picture");
            client.putObject(
                    b -> b.bucket(BUCKET).key("moved").websiteRedirectLocation("/dir/page"),
                    RequestBody.fromString("gone"));
        }
        String site = "http://pages.web.example:80/";
        assertMoved(visit("/docs/a%20b?x=y"), 301, site + "documents/a%20b");
        assertMoved(visit("/old/x"), 307, "https://other.example/new%20page");
        assertThat(visit("/img/there").text()).isEqualTo("picture");
        assertMoved(visit("/img/none"), 302, "http://images.example/img/none");
        assertMoved(visit("/none"), 301, site + "index.html");
        assertMoved(visit("/moved"), 301, "/dir/page");
        assertMoved(visit("HEAD", "/moved"), 301, "/dir/page");
        assertMoved(visit("/docs/%0d%0aX-Made-Up:%20yes"), 301, site + "documents/%0D%0AX-Made-Up:%20yes");
        try (S3Client client = Sdk.sync(server)) {
            client.putBucketWebsite(b -> b.bucket(BUCKET)
                    .websiteConfiguration(w -> w.redirectAllRequestsTo(
                            r -> r.hostName("www.example").protocol(Protocol.HTTPS))));
        }
        assertMoved(visit("/any/thing"), 301, "https://www.example/any/thing");
    }

    @Test
    void aProxyThatIsTrustedMayNameTheSite() throws IOException {
        try (S3Client client = Sdk.sync(server)) {
            open(client, true);
            configure(
                    client,
                    rule("docs/", null)
                            .redirect(r -> r.replaceKeyPrefixWith("documents/"))
                            .build());
        }
        assertThat(throughProxy("/dir/page").text()).isEqualTo("a page");
        assertMoved(throughProxy("/docs/a"), 301, "https://pages.web.example/documents/a");
    }

    private WireResponse throughProxy(String path) throws IOException {
        return Wire.exchange(
                server.s3(),
                WireRequest.of("GET", server.s3(), path)
                        .header("x-forwarded-host", "pages.web.example")
                        .header("x-forwarded-proto", "https"));
    }

    private static RoutingRule.Builder rule(@Nullable String prefix, @Nullable String error) {
        return RoutingRule.builder().condition(c -> c.keyPrefixEquals(prefix).httpErrorCodeReturnedEquals(error));
    }

    private static void configure(S3Client client, RoutingRule... rules) {
        client.putBucketWebsite(b -> b.bucket(BUCKET)
                .websiteConfiguration(WebsiteConfiguration.builder()
                        .indexDocument(i -> i.suffix("index.html"))
                        .routingRules(rules)
                        .build()));
    }

    @Test
    void whatIsNoWebsiteIsRefused() {
        try (S3Client client = Sdk.sync(server)) {
            assertThat(Sdk.refusal(() -> client.putBucketWebsite(b ->
                            b.bucket(BUCKET).websiteConfiguration(w -> w.errorDocument(e -> e.key("error.html"))))))
                    .isEqualTo("400 InvalidArgument");
            assertThat(Sdk.refusal(() -> client.putBucketWebsite(
                            b -> b.bucket(BUCKET).websiteConfiguration(w -> w.indexDocument(i -> i.suffix("a/b"))))))
                    .isEqualTo("400 InvalidArgument");
            for (RoutingRule wrong : List.of(
                    rule("a", "200").redirect(r -> r.replaceKeyWith("b")).build(),
                    rule("a", null).redirect(r -> r.httpRedirectCode("200")).build(),
                    rule("a", null).redirect(r -> r.httpRedirectCode("300")).build(),
                    rule(null, null).redirect(r -> r.replaceKeyWith("b")).build(),
                    rule("a", null)
                            .redirect(r -> r.replaceKeyWith("b").replaceKeyPrefixWith("c"))
                            .build(),
                    rule("a", null).redirect(r -> r.protocol("ftp")).build())) {
                assertThat(Sdk.refusal(() -> client.putBucketWebsite(b -> b.bucket(BUCKET)
                                .websiteConfiguration(w -> w.indexDocument(i -> i.suffix("index.html"))
                                        .routingRules(wrong)))))
                        .as(wrong.toString())
                        .isEqualTo("400 InvalidRequest");
            }
        }
    }

    @Test
    void theOtherHostsAreNoWebsites() throws IOException {
        for (String host : List.of("pages.example", "web.example", "127.0.0.1")) {
            WireResponse answer = Wire.exchange(
                    server.s3(), WireRequest.of("GET", server.s3(), "/").header("host", host));
            assertThat(answer.status()).as(host).isIn(403, 404);
            assertThat(answer.header("content-type")).as(host).contains("application/xml");
        }
    }
}
