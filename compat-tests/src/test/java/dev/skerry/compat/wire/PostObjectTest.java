package dev.skerry.compat.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.compat.sdk.OwnBucket;
import dev.skerry.compat.sdk.Sdk;
import dev.skerry.compat.server.WithServer;
import java.io.IOException;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.model.ChecksumMode;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;

/** Uploads by form: what a browser sends, what its policy allows, and what it is answered. */
@ExtendWith(WithServer.class)
class PostObjectTest {
    @RegisterExtension
    final OwnBucket own = OwnBucket.empty();

    private WireResponse send(Form form) throws IOException {
        return Wire.exchange(own.s3(), form.to(own.s3(), own.name()));
    }

    private String inBucket() {
        return "{\"bucket\": \"" + own.name() + "\"}";
    }

    private static String startsWith(String field, String value) {
        return "[\"starts-with\", \"$" + field + "\", \"" + value + "\"]";
    }

    private byte[] stored(String key) {
        return own.client().getObjectAsBytes(b -> b.bucket(own.name()).key(key)).asByteArray();
    }

    private void refused(Form form, int status, String code, String message) throws IOException {
        WireResponse answer = send(form);
        assertThat(answer.status() + " " + answer.code()).as("%s", answer).isEqualTo(status + " " + code);
        assertThat(answer.element("Message").replace("&quot;", "\"")).contains(message);
        assertThat(own.client().listObjectsV2(b -> b.bucket(own.name())).contents())
                .isEmpty();
    }

    @Test
    void aSignedFormStoresItsFileWithEverythingItSays() throws IOException {
        byte[] content = Bytes.of(1, 3_000_000);
        WireResponse answer = send(new Form()
                .field("key", "user/${filename}")
                .field("Content-Type", "image/jpeg")
                .field("Cache-Control", "no-cache")
                .field("x-amz-meta-Name", "value")
                .field("x-amz-checksum-crc32c", Bytes.base64("CRC32C", content))
                .field("tagging", "<Tagging><TagSet><Tag><Key>a</Key><Value>b c</Value></Tag></TagSet></Tagging>")
                .field("success_action_status", "201")
                .field("x-ignore-me", "x")
                .sign(
                        inBucket(),
                        startsWith("key", "user/"),
                        startsWith("Content-Type", "image/"),
                        startsWith("Cache-Control", ""),
                        startsWith("x-amz-meta-name", "v"),
                        startsWith("x-amz-checksum-crc32c", ""),
                        startsWith("tagging", ""),
                        "{\"success_action_status\": \"201\"}",
                        "[\"content-length-range\", 3000000, 3000000]")
                .file("C:\\Pictures\\é one.jpg", content));
        assertThat(answer.status()).as("%s", answer).isEqualTo(201);
        String key = "user/é one.jpg";
        assertThat(answer.element("Key")).isEqualTo(key);
        assertThat(answer.element("Bucket")).isEqualTo(own.name());
        assertThat(answer.text()).contains("<PostResponse><Location>");
        String location = own.s3() + "/" + own.name() + "/user%2F%C3%A9%20one.jpg";
        assertThat(answer.element("Location")).isEqualTo(location);
        assertThat(answer.header("location")).hasValue(location);
        assertThat(answer.header("etag")).hasValue('"' + Bytes.md5(content) + '"');
        assertThat(stored(key)).isEqualTo(content);
        HeadObjectResponse head =
                own.client().headObject(b -> b.bucket(own.name()).key(key).checksumMode(ChecksumMode.ENABLED));
        assertThat(head.contentType()).isEqualTo("image/jpeg");
        assertThat(head.cacheControl()).isEqualTo("no-cache");
        assertThat(head.metadata()).containsEntry("name", "value");
        assertThat(head.checksumCRC32C()).isEqualTo(Bytes.base64("CRC32C", content));
        assertThat(own.client()
                        .getObjectTagging(b -> b.bucket(own.name()).key(key))
                        .tagSet())
                .singleElement()
                .satisfies(tag -> assertThat(tag.key() + "=" + tag.value()).isEqualTo("a=b c"));
    }

    @Test
    void theAnswerIsTheOneAskedFor() throws IOException {
        String[][] rows = {{"", "204"}, {"200", "200"}, {"204", "204"}, {"404", "204"}};
        for (String[] row : rows) {
            WireResponse answer = send(new Form()
                    .field("key", "k" + row[0])
                    .field("success_action_status", row[0])
                    .sign(inBucket(), startsWith("key", ""), startsWith("success_action_status", "")));
            assertThat(answer.status()).as("%s", answer).isEqualTo(Integer.parseInt(row[1]));
            assertThat(answer.body()).isEmpty();
            assertThat(answer.header("location")).hasValue(own.s3() + "/" + own.name() + "/k" + row[0]);
        }
        WireResponse redirected = send(new Form()
                .field("key", "a/b c")
                .field("success_action_redirect", "https://example.com/done?x=1#end")
                .sign(
                        inBucket(),
                        startsWith("key", ""),
                        startsWith("success_action_redirect", "https://example.com/")));
        assertThat(redirected.status()).isEqualTo(303);
        assertThat(redirected.header("location"))
                .hasValue("https://example.com/done?x=1&bucket=" + own.name() + "&key=a%2Fb+c&etag=%22"
                        + Bytes.md5(new byte[0]) + "%22#end");
        WireResponse relative = send(new Form()
                .field("key", "relative")
                .field("success_action_redirect", "/done")
                .sign(inBucket(), startsWith("key", ""), startsWith("success_action_redirect", "")));
        assertThat(relative.status()).isEqualTo(204);
    }

    @Test
    void theOldSignatureIsTakenForFormsOnly() throws IOException {
        WireResponse answer = send(new Form()
                .field("key", "k")
                .signOld(inBucket(), startsWith("key", ""))
                .file("f", Bytes.utf8("hello")));
        assertThat(answer.status()).as("%s", answer).isEqualTo(204);
        assertThat(stored("k")).isEqualTo(Bytes.utf8("hello"));
    }

    @Test
    void whatThePolicyDoesNotAllowIsRefused() throws IOException {
        refused(
                new Form().field("key", "other").sign(inBucket(), startsWith("key", "user/")),
                403,
                "AccessDenied",
                "Invalid according to Policy: Policy Condition failed: [\"starts-with\", \"$key\", \"user/\"]");
        refused(
                new Form().field("key", "k").field("acl", "public-read").sign(inBucket(), startsWith("key", "")),
                403,
                "AccessDenied",
                "Invalid according to Policy: Extra input fields: acl");
        refused(
                new Form().field("key", "k").sign(startsWith("key", "")),
                403,
                "AccessDenied",
                "Extra input fields: bucket");
        refused(
                new Form()
                        .field("key", "k")
                        .field("bucket", "other")
                        .sign("{\"bucket\": \"other\"}", startsWith("key", "")),
                403,
                "AccessDenied",
                "Policy Condition failed: [\"eq\", \"$bucket\", \"other\"]");
        refused(
                new Form().field("key", "k").sign(Instant.now().minusSeconds(5), inBucket(), startsWith("key", "")),
                403,
                "AccessDenied",
                "Invalid according to Policy: Policy expired.");
        refused(
                new Form().field("key", "k").sign(inBucket(), startsWith("key", ""), "{}"),
                400,
                "InvalidPolicyDocument",
                "Simple-Conditions must have exactly one property specified.");
    }

    @Test
    void whatWasNotSignedIsRefused() throws IOException {
        refused(new Form().field("key", "k"), 403, "AccessDenied", "Access Denied");
        refused(
                new Form().field("key", "k").field("x-amz-signature", "x"),
                400,
                "InvalidArgument",
                "Bucket POST must contain a field named 'X-Amz-Algorithm'.");
        refused(
                new Form().field("Policy", "e30=").field("key", "k").sign(inBucket(), startsWith("key", "")),
                403,
                "SignatureDoesNotMatch",
                "");
        refused(new Form().sign(inBucket()), 400, "InvalidArgument", "Bucket POST must contain a field named 'key'.");
    }

    @Test
    void aFileOfAnotherSizeIsRefusedAndNothingOfItStays() throws IOException {
        String range = "[\"content-length-range\", 5, 1000000]";
        refused(
                new Form()
                        .field("key", "k")
                        .sign(inBucket(), startsWith("key", ""), range)
                        .file("f", new byte[4]),
                400,
                "EntityTooSmall",
                "Your proposed upload is smaller than the minimum allowed size");
        refused(
                new Form()
                        .field("key", "k")
                        .sign(inBucket(), startsWith("key", ""), range)
                        .file("f", new byte[1_000_001]),
                400,
                "EntityTooLarge",
                "Your proposed upload exceeds the maximum allowed size");
    }

    @Test
    void aFileThatIsNotWhatItsDigestsSayIsRefused() throws IOException {
        refused(
                new Form()
                        .field("key", "k")
                        .field("x-amz-checksum-sha256", Bytes.base64("SHA256", Bytes.utf8("other")))
                        .sign(inBucket(), startsWith("key", ""), startsWith("x-amz-checksum-sha256", ""))
                        .file("f", Bytes.utf8("hello")),
                400,
                "BadDigest",
                "SHA256");
        refused(
                new Form()
                        .field("key", "k")
                        .field("Content-MD5", Bytes.base64("MD5", Bytes.utf8("other")))
                        .sign(inBucket(), startsWith("key", ""), startsWith("content-md5", ""))
                        .file("f", Bytes.utf8("hello")),
                400,
                "BadDigest",
                "");
    }

    @Test
    void headersOfTheRequestGiveTheObjectNothing() throws IOException {
        WireRequest request = new Form()
                .field("key", "k")
                .sign(inBucket(), startsWith("key", ""))
                .to(own.s3(), own.name())
                .header("x-amz-meta-smuggled", "x")
                .header("x-amz-tagging", "a=b")
                .header("x-amz-website-redirect-location", "/elsewhere");
        assertThat(Wire.exchange(own.s3(), request).status()).isEqualTo(204);
        HeadObjectResponse head =
                own.client().headObject(b -> b.bucket(own.name()).key("k"));
        assertThat(head.metadata()).isEmpty();
        assertThat(head.websiteRedirectLocation()).isNull();
        assertThat(own.client()
                        .getObjectTagging(b -> b.bucket(own.name()).key("k"))
                        .tagSet())
                .isEmpty();
    }

    @Test
    void whoeverMayWriteMayPostWithoutSignature() throws IOException {
        own.client().deletePublicAccessBlock(b -> b.bucket(own.name()));
        own.client()
                .putPublicAccessBlock(b -> b.bucket(own.name())
                        .publicAccessBlockConfiguration(
                                c -> c.blockPublicPolicy(false).restrictPublicBuckets(false)));
        own.client()
                .putBucketPolicy(b -> b.bucket(own.name())
                        .policy("{\"Version\":\"2012-10-17\",\"Statement\":{\"Effect\":\"Allow\",\"Principal\":\"*\","
                                + "\"Action\":\"s3:PutObject\",\"Resource\":\"arn:aws:s3:::" + own.name()
                                + "/open/*\"}}"));
        WireResponse answer = send(new Form().field("key", "open/k").file("f", Bytes.utf8("hello")));
        assertThat(answer.status()).as("%s", answer).isEqualTo(204);
        assertThat(stored("open/k")).isEqualTo(Bytes.utf8("hello"));
        assertThat(send(new Form().field("key", "shut/k")).status()).isEqualTo(403);
        assertThat(send(new Form().field("key", "open/tagged").field("tagging", "<Tagging><TagSet/></Tagging>"))
                        .status())
                .isEqualTo(403);
    }

    @Test
    void whatIsNoFormIsRefused() throws IOException {
        WireResponse text = Wire.exchange(
                own.s3(),
                WireRequest.of("POST", own.s3(), "/" + own.name())
                        .header("content-type", "text/plain")
                        .body("hello"));
        assertThat(text.status() + " " + text.code()).isEqualTo("412 PreconditionFailed");
        assertThat(text.element("Condition"))
                .isEqualTo("Bucket POST must be of the enclosure-type multipart/form-data");
        WireResponse broken = Wire.exchange(
                own.s3(),
                WireRequest.of("POST", own.s3(), "/" + own.name())
                        .header("content-type", "multipart/form-data; boundary=x")
                        .body("hello"));
        assertThat(broken.status() + " " + broken.code()).isEqualTo("400 MalformedPOSTRequest");
        WireResponse elsewhere =
                Wire.exchange(own.s3(), new Form().field("key", "k").to(own.s3(), "no-such-bucket-anywhere"));
        assertThat(elsewhere.status() + " " + elsewhere.code()).isEqualTo("404 NoSuchBucket");
        WireResponse large = Wire.exchange(
                own.s3(),
                new Form()
                        .field("key", "k")
                        .field("x-ignore-much", "x".repeat(30_000))
                        .to(own.s3(), own.name()));
        assertThat(large.status() + " " + large.code()).isEqualTo("400 MaxPostPreDataLengthExceeded");
        assertThat(large.element("MaxPostPreDataLengthBytes")).isEqualTo("20480");
    }

    @Test
    void aSignatureOfTheHeadIsNotTakenWithAForm() throws IOException {
        WireResponse answer = Wire.exchange(
                own.s3(), new Form().field("key", "k").to(own.s3(), own.name()).sign());
        assertThat(answer.status() + " " + answer.code()).isEqualTo("400 InvalidArgument");
    }

    @Test
    void versionsAreTold() throws IOException {
        String versioned = Sdk.versionedBucket(own.client());
        own.client().putObject(b -> b.bucket(versioned).key("k"), RequestBody.fromString("before"));
        WireResponse answer = Wire.exchange(
                own.s3(),
                new Form()
                        .field("key", "k")
                        .sign("{\"bucket\": \"" + versioned + "\"}", startsWith("key", ""))
                        .to(own.s3(), versioned));
        assertThat(answer.header("x-amz-version-id"))
                .hasValue(own.client()
                        .headObject(b -> b.bucket(versioned).key("k"))
                        .versionId());
    }
}
