package dev.skerry.blobapi;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.skerry.blobapi.ApiServer.Answer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BlobCallsTest {
    private static final String PATH = "/objects/photos/a%20b/c+d.txt";

    @TempDir
    Path folder;

    private ApiServer server;

    @BeforeEach
    void start() {
        server = new ApiServer(folder);
        server.createBucket("photos", ApiServer.ANNA);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void whatIsWrittenIsRead() throws Exception {
        byte[] content = new byte[300_000];
        new Random(1).nextBytes(content);
        String sha256 =
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));

        Answer written = server.call("PUT", PATH)
                .header("Content-Type", "image/x-test")
                .header("Cache-Control", "max-age=5")
                .header("X-Skerry-Meta-Place", "the coast")
                .body(content)
                .send()
                .is(201);
        JsonNode document = written.json();
        assertThat(document.get("path").asText()).isEqualTo("photos/a b/c+d.txt");
        assertThat(document.get("generation").asLong()).isEqualTo(1);
        assertThat(document.get("version").asLong()).isEqualTo(1);
        assertThat(document.get("etag").asText()).isEqualTo(sha256);
        assertThat(document.get("size_bytes").asLong()).isEqualTo(content.length);
        assertThat(document.get("committed_replicas").asInt()).isEqualTo(1);
        assertThat(document.get("slot_id").asInt()).isBetween(0, 3);
        assertThat(document.get("blob_id").asText()).hasSize(26);

        Answer read = server.call("GET", PATH).send().is(200);
        assertThat(read.bytes()).isEqualTo(content);
        assertThat(read.header("ETag")).isEqualTo("\"" + sha256 + "\"");
        assertThat(read.header("Content-Type")).isEqualTo("image/x-test");
        assertThat(read.header("Cache-Control")).isEqualTo("max-age=5");
        assertThat(read.header("X-Skerry-Meta-Place")).isEqualTo("the coast");
        assertThat(read.header("X-Skerry-Generation")).isEqualTo("1");
        assertThat(read.header("X-Skerry-Version-Id")).isEqualTo("null");
        assertThat(read.header("X-Skerry-Blob-Id"))
                .isEqualTo(document.get("blob_id").asText());
        assertThat(read.header("Last-Modified")).endsWith("GMT");

        Answer head = server.call("HEAD", PATH).send().is(200);
        assertThat(head.bytes()).isEmpty();
        assertThat(head.header("Content-Length")).isEqualTo("300000");
        assertThat(head.header("ETag")).isEqualTo(read.header("ETag"));
    }

    @Test
    void everyRootLeadsToTheSameBlob() {
        server.call("PUT", "/blobs/photos/x").body("one").send().is(201);
        for (String root : new String[] {"/objects", "/blobs", "/api/v1/blobs"}) {
            assertThat(server.call("GET", root + "/photos/x").send().is(200).text())
                    .isEqualTo("one");
        }
        assertThat(server.callOnS3Port(ApiServer.ROOT_TOKEN, "GET", "/_/api/v1/blobs/photos/x")
                        .send()
                        .is(200)
                        .text())
                .isEqualTo("one");
    }

    @Test
    void keysAreNotNormalised() {
        String[] keys = {"a", "a/", "a//b", "../x", "./x", "a/..", "%2F", "%25", "%C3%A5"};
        for (String key : keys) {
            server.call("PUT", "/blobs/photos/" + key).body(key).send().is(201);
        }
        for (String key : keys) {
            assertThat(server.call("GET", "/blobs/photos/" + key).send().is(200).text())
                    .isEqualTo(key);
        }
        assertThat(server.call("GET", "/blobs?prefix=photos/").send().json().get("blobs"))
                .hasSize(keys.length);
    }

    @Test
    void anEmptyBlobIsABlob() {
        server.call("PUT", "/blobs/photos/empty").body("").send().is(201);
        Answer read = server.call("GET", "/blobs/photos/empty").send().is(200);
        assertThat(read.bytes()).isEmpty();
        assertThat(read.header("Content-Length")).isEqualTo("0");
        server.call("GET", "/blobs/photos/empty")
                .header("Range", "bytes=0-1")
                .send()
                .isRefused(416, "invalid_range");
    }

    @Test
    void rangesAreServedByHeaderAndByParameters() {
        server.call("PUT", PATH).body("0123456789").send().is(201);
        String[][] ranges = {
            {"bytes=2-4", "234", "bytes 2-4/10"},
            {"bytes=7-", "789", "bytes 7-9/10"},
            {"bytes=-3", "789", "bytes 7-9/10"},
            {"bytes=-30", "0123456789", "bytes 0-9/10"},
            {"bytes=5-500", "56789", "bytes 5-9/10"},
        };
        for (String[] range : ranges) {
            Answer part =
                    server.call("GET", PATH).header("Range", range[0]).send().is(206);
            assertThat(part.text()).as(range[0]).isEqualTo(range[1]);
            assertThat(part.header("Content-Range")).isEqualTo(range[2]);
        }
        assertThat(server.call("GET", PATH + "?start=2&end=4").send().is(206).text())
                .isEqualTo("234");
        assertThat(server.call("GET", PATH + "?start=8").send().is(206).text()).isEqualTo("89");
        assertThat(server.call("GET", PATH + "?end=1").send().is(206).text()).isEqualTo("01");
        for (String ignored : new String[] {"bytes=1-2,4-5", "lines=1-2", "bytes=4-2", "bytes=x-", "bytes="}) {
            assertThat(server.call("GET", PATH)
                            .header("Range", ignored)
                            .send()
                            .is(200)
                            .text())
                    .as(ignored)
                    .isEqualTo("0123456789");
        }
        Answer beyond = server.call("GET", PATH).header("Range", "bytes=10-").send();
        beyond.isRefused(416, "invalid_range");
        assertThat(beyond.header("Content-Range")).isEqualTo("bytes */10");
        server.call("GET", PATH + "?start=10").send().isRefused(416, "invalid_range");
        server.call("GET", PATH + "?start=5&end=4").send().isRefused(400, "invalid_parameter");
        Answer head =
                server.call("HEAD", PATH).header("Range", "bytes=2-4").send().is(206);
        assertThat(head.header("Content-Length")).isEqualTo("3");
    }

    @Test
    void aRangeMayBeBoundToTheBlobItWasMeantFor() {
        String etag = server.call("PUT", PATH).body("0123456789").send().is(201).header("ETag");
        assertThat(server.call("GET", PATH)
                        .header("Range", "bytes=0-0")
                        .header("If-Range", etag)
                        .send()
                        .is(206)
                        .text())
                .isEqualTo("0");
        server.call("GET", PATH)
                .header("Range", "bytes=0-0")
                .header("If-Range", "\"another\"")
                .send()
                .is(200);
    }

    @Test
    void readsTakeConditions() {
        Answer written = server.call("PUT", PATH).body("one").send().is(201);
        String etag = written.header("ETag");
        String modified = server.call("GET", PATH).send().header("Last-Modified");
        server.call("GET", PATH).header("If-None-Match", etag).send().is(304);
        server.call("GET", PATH).header("If-None-Match", "W/" + etag).send().is(304);
        server.call("HEAD", PATH)
                .header("If-None-Match", "\"x\", " + etag)
                .send()
                .is(304);
        server.call("GET", PATH).header("If-None-Match", "\"x\"").send().is(200);
        server.call("GET", PATH).header("If-Match", etag).send().is(200);
        server.call("GET", PATH).header("If-Match", "\"x\"").send().isRefused(412, "precondition_failed");
        server.call("GET", PATH).header("If-Modified-Since", modified).send().is(304);
        server.call("GET", PATH)
                .header("If-Unmodified-Since", "Sun, 06 Nov 1994 08:49:37 GMT")
                .send()
                .isRefused(412, "precondition_failed");
        server.call("GET", PATH).header("If-Modified-Since", "yesterday").send().is(200);
        server.call("GET", PATH).header("If-Match", "a\"b").send().isRefused(400, "invalid_header");
    }

    @Test
    void writesTakeConditions() {
        server.call("PUT", PATH).header("If-Match", "*").body("x").send().isRefused(412, "precondition_failed");
        server.call("PUT", PATH)
                .header("X-Skerry-If-Generation", "1")
                .body("x")
                .send()
                .isRefused(412, "precondition_failed");
        String etag = server.call("PUT", PATH)
                .header("X-Skerry-If-Generation", "0")
                .body("one")
                .send()
                .is(201)
                .header("ETag");
        server.call("PUT", PATH).header("If-None-Match", "*").body("x").send().isRefused(412, "precondition_failed");
        server.call("PUT", PATH).header("If-Match", etag).body("two").send().is(201);
        server.call("PUT", PATH).header("If-Match", etag).body("x").send().isRefused(412, "precondition_failed");
        server.call("PUT", PATH)
                .header("X-Skerry-If-Generation", "2")
                .body("three")
                .send()
                .is(201);
        server.call("DELETE", PATH).header("X-Skerry-If-Generation", "2").send().isRefused(412, "precondition_failed");
        server.call("DELETE", PATH).header("X-Skerry-If-Generation", "3").send().is(204);
        server.call("PUT", PATH)
                .header("If-None-Match", "*")
                .body("four")
                .send()
                .is(201);
        assertThat(server.call("GET", PATH).send().text()).isEqualTo("four");
        server.call("PUT", PATH)
                .header("X-Skerry-If-Generation", "-1")
                .body("x")
                .send()
                .isRefused(400, "invalid_header");
    }

    @Test
    void aWriteIdMakesARetryAReplay() {
        Answer first = server.call("PUT", PATH)
                .header("X-Skerry-Write-Id", "w-1")
                .body("one")
                .send()
                .is(201);
        Answer again = server.call("PUT", PATH)
                .header("X-Skerry-Write-Id", "w-1")
                .body("one")
                .send()
                .is(200);
        assertThat(again.json()).isEqualTo(first.json());
        server.call("PUT", PATH)
                .header("X-Skerry-Write-Id", "w-1")
                .body("two")
                .send()
                .isRefused(409, "write_id_reused");
        server.call("PUT", PATH)
                .header("X-Skerry-Write-Id", "w".repeat(129))
                .body("one")
                .send()
                .isRefused(400, "invalid_header");
        assertThat(server.call("GET", PATH + "?versions").send().json().get("versions"))
                .hasSize(1);
    }

    @Test
    void aChosenVersionMustBeAboveAllOthers() {
        assertThat(server.call("PUT", PATH + "?version=5")
                        .body("five")
                        .send()
                        .is(201)
                        .json()
                        .get("generation")
                        .asLong())
                .isEqualTo(5);
        Answer refused = server.call("PUT", PATH + "?version=5").body("x").send();
        refused.isRefused(409, "version_conflict");
        assertThat(refused.json().at("/error/maximum").asLong()).isEqualTo(5);
        server.call("PUT", PATH + "?version=4").body("x").send().isRefused(409, "version_conflict");
        assertThat(server.call("PUT", PATH)
                        .body("six")
                        .send()
                        .is(201)
                        .json()
                        .get("version")
                        .asLong())
                .isEqualTo(6);
        for (String bad : new String[] {"0", "-1", "x", "", "9999999999999999999"}) {
            server.call("PUT", PATH + "?version=" + bad).body("x").send().isRefused(400, "invalid_parameter");
        }
    }

    @Test
    void aDeletionIsAVersionThatCanBeTakenBack() {
        server.call("PUT", PATH).body("one").send().is(201);
        server.call("PUT", PATH).body("two").send().is(201);
        Answer deleted = server.call("DELETE", PATH).send().is(204);
        assertThat(deleted.header("X-Skerry-Generation")).isEqualTo("3");

        Answer gone = server.call("GET", PATH).send();
        gone.isRefused(410, "deleted");
        assertThat(gone.header("X-Skerry-Generation")).isEqualTo("3");
        assertThat(gone.json().at("/error/generation").asLong()).isEqualTo(3);
        server.call("HEAD", PATH).send().is(410);
        server.call("GET", PATH + "?version=3").send().isRefused(410, "deleted");
        assertThat(server.call("GET", PATH + "?version=1").send().is(200).text())
                .isEqualTo("one");
        Answer hidden = server.call("GET", PATH + "?version=2").send().is(200);
        assertThat(hidden.text()).isEqualTo("two");
        assertThat(hidden.header("X-Skerry-Deleted-At")).isNotEmpty();

        JsonNode restored =
                server.call("POST", PATH + "?undelete").send().is(200).json();
        assertThat(restored.get("size_bytes").asLong()).isEqualTo(3);
        assertThat(server.call("GET", PATH).send().is(200).text()).isEqualTo("two");
        server.call("POST", PATH + "?undelete&version=1").send().is(200);
        server.call("POST", PATH).send().isRefused(400, "invalid_request");
        server.call("POST", "/blobs/photos/never?undelete").send().isRefused(404, "no_such_blob");
    }

    @Test
    void deletingTwiceIsNoFailure() {
        server.call("DELETE", PATH).send().is(204);
        server.call("PUT", PATH).body("one").send().is(201);
        server.call("DELETE", PATH).send().is(204);
        server.call("DELETE", PATH).send().is(204);
        server.call("GET", PATH).send().isRefused(410, "deleted");
        server.call("GET", "/blobs/photos/never").send().isRefused(404, "no_such_blob");
        server.call("GET", PATH + "?version=77").send().isRefused(404, "no_such_version");
    }

    @Test
    void versionsStayWhereTheBucketKeepsThem() {
        server.keepVersions("photos");
        server.call("PUT", PATH).body("one").send().is(201);
        server.call("PUT", PATH).body("two").send().is(201);
        server.call("DELETE", PATH).send().is(204);
        JsonNode versions =
                server.call("GET", PATH + "?versions").send().is(200).json();
        assertThat(versions.get("path").asText()).isEqualTo("photos/a b/c+d.txt");
        assertThat(versions.get("truncated").asBoolean()).isFalse();
        assertThat(versions.get("versions").findValuesAsText("generation")).containsExactly("3", "2", "1");
        assertThat(versions.get("versions").findValuesAsText("state")).containsExactly("tombstone", "live", "live");
        assertThat(versions.get("versions").findValuesAsText("latest")).containsExactly("true", "false", "false");
        server.call("GET", PATH).send().isRefused(410, "deleted");
        assertThat(server.call("GET", PATH + "?latest=live").send().is(200).text())
                .isEqualTo("two");

        server.call("DELETE", PATH + "?version=3").send().is(204);
        assertThat(server.call("GET", PATH).send().is(200).text()).isEqualTo("two");
        server.call("DELETE", PATH + "?version=2").send().is(204);
        assertThat(server.call("GET", PATH).send().is(200).text()).isEqualTo("one");
        assertThat(server.call("GET", PATH + "?version=2").send().is(200).text())
                .isEqualTo("two");
        assertThat(server.call("GET", PATH + "?versions&limit=1")
                        .send()
                        .json()
                        .get("truncated")
                        .asBoolean())
                .isTrue();
        server.call("POST", PATH + "?undelete&version=2").send().is(200);
        assertThat(server.call("GET", PATH).send().is(200).text()).isEqualTo("two");
    }

    @Test
    void anAnnouncedDigestIsHeldAgainstTheBody() throws Exception {
        byte[] body = "digest".getBytes(StandardCharsets.UTF_8);
        String md5 = Base64.getEncoder()
                .encodeToString(MessageDigest.getInstance("MD5").digest(body));
        String sha256 = Base64.getEncoder()
                .encodeToString(MessageDigest.getInstance("SHA-256").digest(body));
        server.call("PUT", PATH).header("Content-MD5", md5).body(body).send().is(201);
        server.call("PUT", PATH)
                .header("Content-Digest", "sha-256=:" + sha256 + ":")
                .body(body)
                .send()
                .is(201);
        server.call("PUT", PATH).header("Content-MD5", md5).body("other").send().isRefused(400, "bad_digest");
        server.call("PUT", PATH)
                .header("Content-Digest", "sha-256=:" + sha256 + ":")
                .body("other")
                .send()
                .isRefused(400, "bad_digest");
        server.call("PUT", PATH)
                .header("Content-MD5", "short")
                .body(body)
                .send()
                .isRefused(400, "invalid_header");
        assertThat(server.call("GET", PATH).send().text()).isEqualTo("digest");
    }

    @Test
    void whatCannotBeAPathIsRefused() {
        for (String bad : new String[] {"/blobs/photos", "/blobs/photos/", "/blobs//x", "/blobs/photos/%ff"}) {
            server.call("PUT", bad).body("x").send().isRefused(400, "invalid_path");
        }
        server.call("PUT", "/blobs/photos/" + "k".repeat(1024)).body("x").send().is(201);
        server.call("PUT", "/blobs/photos/" + "k".repeat(1025)).body("x").send().isRefused(400, "path_too_long");
        server.call("PUT", "/blobs/" + "b".repeat(64) + "/k").body("x").send().isRefused(400, "path_too_long");
        server.call("PUT", "/blobs/nowhere/x").body("x").send().isRefused(404, "no_such_bucket");
    }

    @Test
    void metadataIsBounded() {
        server.call("PUT", PATH)
                .header("X-Skerry-Meta-A", "v".repeat(2047))
                .body("x")
                .send()
                .is(201);
        server.call("PUT", PATH)
                .header("X-Skerry-Meta-A", "v".repeat(2000))
                .header("X-Skerry-Meta-B", "v".repeat(47))
                .body("x")
                .send()
                .isRefused(400, "metadata_too_large");
    }

    @Test
    void whatNobodyServesIsRefused() {
        server.call("GET", "/").send().isRefused(404, "no_such_resource");
        server.call("GET", "/nothing").send().isRefused(404, "no_such_resource");
        Answer wrongMethod = server.call("PATCH", PATH).body("x").send();
        wrongMethod.isRefused(405, "method_not_allowed");
        assertThat(wrongMethod.header("Allow")).isEqualTo("DELETE, GET, HEAD, POST, PUT");
        server.call("GET", PATH + "?verison=1").send().isRefused(400, "unknown_parameter");
        server.call("GET", PATH + "?version=1&version=2").send().isRefused(400, "invalid_parameter");
        server.call("GET", PATH + "?latest=dead").send().isRefused(400, "invalid_parameter");
        server.call("GET", PATH + "?latest=live&version=1").send().isRefused(400, "invalid_request");
    }

    @Test
    void storedPagesDoNotRunInThisOrigin() {
        server.call("PUT", PATH)
                .header("Content-Type", "text/html")
                .body("<script>")
                .send()
                .is(201);
        Answer read = server.call("GET", PATH).send().is(200);
        assertThat(read.header("Content-Security-Policy")).contains("sandbox");
        assertThat(read.header("X-Content-Type-Options")).isEqualTo("nosniff");
    }
}
