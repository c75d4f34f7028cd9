package dev.skerry.blobapi;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ListingCallsTest {
    /** In the order of their bytes, which is not the order of their buckets' names. */
    private static final List<String> PATHS = List.of(
            "alpha-1/k",
            "alpha-2/k",
            "alpha.x/k",
            "alpha/a",
            "alpha/b/1",
            "alpha/b/2",
            "alpha/c",
            "beta/\uD83D\uDE00",
            "beta/z");

    @TempDir
    Path folder;

    private ApiServer server;

    @BeforeEach
    void start() {
        server = new ApiServer(folder);
        for (String bucket : List.of("alpha", "alpha-1", "alpha-2", "alpha.x", "beta", "empty")) {
            server.createBucket(bucket, bucket.equals("beta") ? ApiServer.BORIS : ApiServer.ANNA);
        }
        for (String path : PATHS) {
            server.call("PUT", "/blobs/" + escaped(path)).body(path).send().is(201);
        }
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void allPathsComeInTheOrderOfTheirBytes() {
        JsonNode page = server.call("GET", "/blobs").send().is(200).json();
        assertThat(paths(page))
                .containsExactly(
                        "alpha-1/k",
                        "alpha-2/k",
                        "alpha.x/k",
                        "alpha/a",
                        "alpha/b/1",
                        "alpha/b/2",
                        "alpha/c",
                        "beta/z",
                        "beta/\uD83D\uDE00");
        assertThat(page.get("truncated").asBoolean()).isFalse();
        assertThat(page.has("cursor")).isFalse();
        JsonNode first = page.get("blobs").get(0);
        assertThat(first.get("etag").asText())
                .isEqualTo(server.call("HEAD", "/blobs/alpha-1/k")
                        .send()
                        .header("ETag")
                        .replace("\"", ""));
        assertThat(first.get("size_bytes").asLong()).isEqualTo(9);
        assertThat(first.get("deleted").asBoolean()).isFalse();
    }

    @Test
    void aPrefixReachesAcrossTheSlash() {
        assertThat(paths(list("prefix=alpha"))).hasSize(7);
        assertThat(paths(list("prefix=alpha-"))).containsExactly("alpha-1/k", "alpha-2/k");
        assertThat(paths(list("prefix=alpha/"))).containsExactly("alpha/a", "alpha/b/1", "alpha/b/2", "alpha/c");
        assertThat(paths(list("prefix=alpha/b"))).containsExactly("alpha/b/1", "alpha/b/2");
        assertThat(paths(list("prefix=nothing"))).isEmpty();
        assertThat(paths(list("prefix=empty/"))).isEmpty();
        server.call("GET", "/blobs?prefix=nothing/").send().isRefused(404, "no_such_bucket");
    }

    @Test
    void pagesOfAnySizeGiveTheSameList() {
        List<String> whole = paths(list(""));
        for (String query : List.of(
                "", "&delimiter=/", "&delimiter=-", "&prefix=alpha&delimiter=/", "&prefix=alpha/&delimiter=/")) {
            List<String> once = shown(list(query));
            for (int limit = 1; limit <= whole.size() + 1; limit++) {
                List<String> collected = new ArrayList<>();
                String cursor = "";
                do {
                    JsonNode page = list("limit=" + limit + query + (cursor.isEmpty() ? "" : "&cursor=" + cursor));
                    List<String> shown = shown(page);
                    assertThat(shown).hasSizeBetween(1, limit);
                    collected.addAll(shown);
                    cursor = page.path("cursor").asText();
                } while (!cursor.isEmpty());
                assertThat(collected).as("limit %s %s", limit, query).containsExactlyInAnyOrderElementsOf(once);
            }
        }
    }

    @Test
    void aDelimiterFoldsBucketsAndKeys() {
        assertThat(folded("delimiter=/")).containsExactly("alpha-1/", "alpha-2/", "alpha.x/", "alpha/", "beta/");
        assertThat(folded("delimiter=-")).containsExactly("alpha-");
        assertThat(paths(list("delimiter=-"))).hasSize(7);
        assertThat(folded("prefix=alpha-&delimiter=/")).containsExactly("alpha-1/", "alpha-2/");
        assertThat(folded("prefix=alpha/&delimiter=/")).containsExactly("alpha/b/");
        assertThat(paths(list("prefix=alpha/&delimiter=/"))).containsExactly("alpha/a", "alpha/c");
        server.call("GET", "/blobs?delimiter=ab").send().isRefused(400, "invalid_parameter");
    }

    @Test
    void deletedPathsAreShownWhereAskedFor() {
        server.call("DELETE", "/blobs/alpha/a").send().is(204);
        assertThat(paths(list("prefix=alpha/"))).doesNotContain("alpha/a");
        JsonNode all = list("prefix=alpha/&include_deleted=true");
        assertThat(paths(all)).contains("alpha/a");
        JsonNode deleted = all.get("blobs").get(0);
        assertThat(deleted.get("deleted").asBoolean()).isTrue();
        assertThat(deleted.get("deleted_at").asText()).isNotEmpty();
        assertThat(deleted.get("generation").asLong()).isEqualTo(2);
    }

    @Test
    void aUserSeesItsOwnBuckets() {
        JsonNode seen = server.callOnS3Port(ApiServer.BORIS_TOKEN, "GET", "/_/api/v1/blobs")
                .send()
                .is(200)
                .json();
        assertThat(paths(seen)).containsExactly("beta/z", "beta/\uD83D\uDE00");
        server.callOnS3Port(ApiServer.BORIS_TOKEN, "GET", "/_/api/v1/blobs?prefix=alpha/")
                .send()
                .isRefused(403, "access_denied");
    }

    @Test
    void olderClientsListAsTheyDid() {
        assertThat(paths(server.call("GET", "/objects?prefix=alpha/&limit=2")
                        .send()
                        .is(200)
                        .json()))
                .containsExactly("alpha/a", "alpha/b/1");
    }

    @Test
    void whatCannotBeReadIsRefused() {
        for (String bad : List.of("limit=0", "limit=x", "limit=10001", "include_deleted=perhaps")) {
            server.call("GET", "/blobs?" + bad).send().isRefused(400, "invalid_parameter");
        }
        for (String bad : List.of("cursor=", "cursor=%25", "cursor=AAAA")) {
            server.call("GET", "/blobs?" + bad).send().isRefused(400, "invalid_cursor");
        }
    }

    private JsonNode list(String query) {
        return server.call("GET", "/blobs?" + query).send().is(200).json();
    }

    private List<String> folded(String query) {
        return StreamSupport.stream(list(query).get("common_prefixes").spliterator(), false)
                .map(JsonNode::asText)
                .toList();
    }

    private static List<String> shown(JsonNode page) {
        List<String> shown = new ArrayList<>(paths(page));
        page.get("common_prefixes").forEach(prefix -> shown.add(prefix.asText()));
        return shown;
    }

    private static List<String> paths(JsonNode page) {
        return StreamSupport.stream(page.get("blobs").spliterator(), false)
                .map(blob -> blob.get("path").asText())
                .collect(Collectors.toList());
    }

    private static String escaped(String path) {
        return URLEncoder.encode(path, StandardCharsets.UTF_8).replace("%2F", "/");
    }
}
