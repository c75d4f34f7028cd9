package dev.skerry.compat.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.compat.sdk.OwnBucket;
import dev.skerry.compat.server.WithServer;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;

/** User metadata of any characters, as it goes over the wire. */
@ExtendWith(WithServer.class)
class UserMetadataTest {
    @RegisterExtension
    final OwnBucket own = OwnBucket.empty();

    private WireResponse head() throws IOException {
        return Wire.exchange(
                own.s3(), WireRequest.object("HEAD", own.s3(), own.name(), "k").sign());
    }

    /** The two examples of S3's documentation, and a word that the client encoded. */
    @Test
    void whatIsNotAsciiComesBackEncoded() throws IOException {
        WireRequest put = WireRequest.object("PUT", own.s3(), own.name(), "k")
                .header("x-amz-meta-nonascii", "\u00c4M\u00c4Z\u00d5\u00d1 S3")
                .header("x-amz-meta-ascii", "AMAZONS3")
                .header("x-amz-meta-word", "=?UTF-8?B?5LitIG4=?=")
                .sign();
        assertThat(Wire.exchange(own.s3(), put).status()).isEqualTo(200);
        WireResponse head = head();
        assertThat(head.header("x-amz-meta-nonascii")).hasValue("=?UTF-8?B?w4PChE3Dg8KEWsODwpXDg8KRIFMz?=");
        assertThat(head.header("x-amz-meta-ascii")).hasValue("AMAZONS3");
        assertThat(head.header("x-amz-meta-word")).hasValue("=?UTF-8?Q?=E4=B8=AD_n?=");
        assertThat(head.header("x-amz-missing-meta")).isEmpty();
        WireResponse read = Wire.exchange(
                own.s3(),
                WireRequest.of("GET", own.s3(), "/_/api/v1/blobs/" + own.name() + "/k")
                        .sign());
        assertThat(read.header("x-skerry-meta-word")).hasValue("=?UTF-8?Q?=E4=B8=AD_n?=");
    }

    @Test
    void aFormsFieldsAreTextOfUtf8() throws IOException {
        Form form = new Form()
                .field("key", "k")
                .field("x-amz-meta-name", "caf\u00e9")
                .sign(
                        "{\"bucket\": \"" + own.name() + "\"}",
                        "{\"key\": \"k\"}",
                        "[\"starts-with\", \"$x-amz-meta-name\", \"\"]");
        assertThat(Wire.exchange(own.s3(), form.to(own.s3(), own.name())).status())
                .isEqualTo(204);
        assertThat(head().header("x-amz-meta-name")).hasValue("=?UTF-8?Q?caf=C3=A9?=");
    }

    /** A header that the client had encoded cannot break out of the answer. */
    @Test
    void linesInAWordStayInIt() throws IOException {
        WireRequest put = WireRequest.object("PUT", own.s3(), own.name(), "k")
                .header("x-amz-meta-a", "=?UTF-8?Q?x=0D=0Ax-injected:_y?=")
                .sign();
        assertThat(Wire.exchange(own.s3(), put).status()).isEqualTo(200);
        WireResponse head = head();
        assertThat(head.header("x-injected")).isEmpty();
        assertThat(head.header("x-amz-meta-a")).hasValue("=?UTF-8?B?eA0KeC1pbmplY3RlZDogeQ==?=");
    }
}
