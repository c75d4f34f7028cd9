package dev.skerry.compat.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.compat.sdk.OwnBucket;
import dev.skerry.compat.server.WithServer;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.core.sync.RequestBody;

/** Targets that clients write in more than one way, each signed as its client signs it. */
@ExtendWith(WithServer.class)
class OddTargetsTest {
    @RegisterExtension
    final OwnBucket own = OwnBucket.empty();

    private WireResponse get(String path) throws IOException {
        return Wire.exchange(own.s3(), WireRequest.of("GET", own.s3(), path).sign());
    }

    private static byte[] absolute(URI server, WireRequest request) {
        String text = new String(request.toBytes(), StandardCharsets.ISO_8859_1);
        int space = text.indexOf(' ');
        return (text.substring(0, space + 1) + server + text.substring(space + 1))
                .getBytes(StandardCharsets.ISO_8859_1);
    }

    @Test
    void aTargetInAbsoluteFormIsTheSame() throws IOException {
        WireRequest put = WireRequest.object("PUT", own.s3(), own.name(), "a/é b")
                .body("content")
                .sign();
        try (Wire wire = new Wire(own.s3())) {
            wire.send(absolute(own.s3(), put));
            assertThat(wire.receive("PUT").status()).isEqualTo(200);
            wire.send(absolute(
                    own.s3(),
                    WireRequest.object("GET", own.s3(), own.name(), "a/é b").presign(Duration.ofMinutes(5))));
            assertThat(wire.receive("GET").text()).isEqualTo("content");
            wire.send(absolute(
                    own.s3(),
                    WireRequest.of("GET", own.s3(), "/" + own.name())
                            .query("list-type", "2")
                            .query("prefix", "a/")
                            .sign()));
            assertThat(wire.receive("GET").element("KeyCount")).isEqualTo("1");
        }
    }

    @Test
    void oneKeyHasManyEscapes() throws IOException {
        String key = "a b+c~(d)*'!é";
        own.client().putObject(b -> b.bucket(own.name()).key(key), RequestBody.fromString("content"));
        for (String escaped : new String[] {
            "a%20b%2Bc~%28d%29%2A%27%21%C3%A9",
            "a%20b%2bc~%28d%29%2a%27%21%c3%a9",
            "a%20b+c~(d)*'!%C3%A9",
            "a%20b%2Bc%7E(d)%2A'!%C3%A9",
            "%61%20%62%2B%63%7E%28%64%29%2A%27%21%C3%A9",
        }) {
            WireResponse answer = get("/" + own.name() + "/" + escaped);
            assertThat(answer.status() + " " + answer.text()).as(escaped).isEqualTo("200 content");
        }
    }

    @Test
    void keysAreNotPaths() throws IOException {
        String[] keys = {"a", "a/", "a//b", "/a", "//", "../a", "./a", "a/../b", "a%2Fb", "a?b", "a#b", "a;b=c", "a&b"};
        for (String key : keys) {
            String path = "/" + own.name() + "/" + WireRequest.encode(key).replace("%2F", "/");
            WireResponse stored = Wire.exchange(
                    own.s3(), WireRequest.of("PUT", own.s3(), path).body(key).sign());
            assertThat(stored.status()).as("%s: %s", key, stored).isEqualTo(200);
        }
        for (String key : keys) {
            String path = "/" + own.name() + "/" + WireRequest.encode(key).replace("%2F", "/");
            assertThat(get(path).text()).isEqualTo(key);
        }
        assertThat(own.client().listObjectsV2(b -> b.bucket(own.name())).contents())
                .extracting(object -> object.key())
                .containsExactlyInAnyOrder(keys);
    }

    @Test
    void listingsEncodeWhatXmlCannotHold() throws IOException {
        String key = "a \u0001\u000b+é%&<\"'*~(x)";
        own.client().putObject(b -> b.bucket(own.name()).key(key), RequestBody.fromString("content"));
        WireResponse listed = Wire.exchange(
                own.s3(),
                WireRequest.of("GET", own.s3(), "/" + own.name())
                        .query("encoding-type", "url")
                        .query("prefix", "a ")
                        .sign());
        assertThat(listed.element("EncodingType")).isEqualTo("url");
        assertThat(listed.element("Key")).startsWith("a").doesNotContain("\u0001", "é", "&", "<", "\"");
        assertThat(java.net.URLDecoder.decode(listed.element("Key"), StandardCharsets.UTF_8))
                .isEqualTo(key);
        assertThat(java.net.URLDecoder.decode(listed.element("Prefix"), StandardCharsets.UTF_8))
                .isEqualTo("a ");
    }

    @Test
    void brokenEscapesAreRefused() throws IOException {
        for (String path : new String[] {"/%", "/%4", "/%zz", "/a%FFb"}) {
            WireResponse answer = get("/" + own.name() + path);
            assertThat(answer.status() + " " + answer.code())
                    .as("%s: %s", path, answer)
                    .isEqualTo("400 InvalidURI");
        }
    }
}
