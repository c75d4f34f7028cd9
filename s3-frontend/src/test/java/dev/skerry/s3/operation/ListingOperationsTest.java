package dev.skerry.s3.operation;

import static dev.skerry.s3.operation.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.s3.error.S3ErrorCode;
import dev.skerry.s3.http.S3Operation;
import dev.skerry.s3.xml.XmlElement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ListingOperationsTest extends OperationsTest {
    @BeforeEach
    void aBucket() {
        createBucket();
    }

    private void putAll(String... keys) {
        for (String key : keys) {
            put(key, key);
        }
    }

    @Test
    void theOldListingGoesOnAfterAMarker() {
        putAll("bar", "baz", "foo", "quxx");
        XmlElement first = xml(S3Operation.LIST_OBJECTS, FakeRequest.of(BUCKET).ask("max-keys", "1"));
        assertThat(texts(first, "Contents", "Key")).containsExactly("bar");
        assertThat(first.textOf("IsTruncated")).contains("true");
        assertThat(first.textOf("Marker")).contains("");
        assertThat(first.textOf("NextMarker")).isEmpty();
        XmlElement rest = xml(S3Operation.LIST_OBJECTS, FakeRequest.of(BUCKET).ask("marker", "bar"));
        assertThat(texts(rest, "Contents", "Key")).containsExactly("baz", "foo", "quxx");
        assertThat(rest.children("Contents").getFirst().first("Owner").flatMap(owner -> owner.textOf("DisplayName")))
                .contains("Alice");
        assertThat(rest.children("Contents").getFirst().textOf("Size")).contains("3");
    }

    @Test
    void aDelimiterFoldsAndNamesWhereToGoOn() {
        putAll("asdf", "foo/bar", "foo/baz", "quux/thud");
        List<String> seen = new ArrayList<>();
        String marker = "";
        for (int page = 0; page < 3; page++) {
            XmlElement result = xml(
                    S3Operation.LIST_OBJECTS,
                    FakeRequest.of(BUCKET)
                            .ask("delimiter", "/")
                            .ask("max-keys", "1")
                            .ask("marker", marker));
            seen.addAll(texts(result, "Contents", "Key"));
            seen.addAll(texts(result, "CommonPrefixes", "Prefix"));
            assertThat(result.textOf("NextMarker").isPresent()).isEqualTo(page < 2);
            marker = result.textOf("NextMarker").orElse("");
        }
        assertThat(seen).containsExactly("asdf", "foo/", "quux/");
    }

    @Test
    void theNewListingGoesOnWhereATokenSays() {
        putAll("bar", "baz", "foo", "quxx");
        XmlElement first = xml(
                S3Operation.LIST_OBJECTS_V2,
                FakeRequest.of(BUCKET).ask("max-keys", "1").ask("start-after", "bar"));
        assertThat(texts(first, "Contents", "Key")).containsExactly("baz");
        assertThat(first.textOf("KeyCount")).contains("1");
        assertThat(first.textOf("StartAfter")).contains("bar");
        assertThat(first.children("Contents").getFirst().first("Owner")).isEmpty();
        String token = first.textOf("NextContinuationToken").orElseThrow();
        XmlElement rest = xml(
                S3Operation.LIST_OBJECTS_V2,
                FakeRequest.of(BUCKET)
                        .ask("continuation-token", token)
                        .ask("start-after", "bar")
                        .ask("fetch-owner", "true"));
        assertThat(texts(rest, "Contents", "Key")).containsExactly("foo", "quxx");
        assertThat(rest.textOf("ContinuationToken")).contains(token);
        assertThat(rest.children("Contents").getFirst().first("Owner")).isPresent();
        assertRefused(
                S3ErrorCode.INVALID_ARGUMENT,
                () -> call(S3Operation.LIST_OBJECTS_V2, FakeRequest.of(BUCKET).ask("continuation-token", "bar")));
        assertThat(xml(S3Operation.LIST_OBJECTS_V2, FakeRequest.of(BUCKET).ask("continuation-token", ""))
                        .textOf("ContinuationToken"))
                .contains("");
    }

    @Test
    void keysAreEncodedOnDemand() {
        putAll("asdf+b", "foo+1/bar", "quux ab/thud");
        XmlElement result = xml(
                S3Operation.LIST_OBJECTS_V2,
                FakeRequest.of(BUCKET).ask("delimiter", "/").ask("encoding-type", "url"));
        assertThat(texts(result, "Contents", "Key")).containsExactly("asdf%2Bb");
        assertThat(texts(result, "CommonPrefixes", "Prefix")).containsExactly("foo%2B1/", "quux%20ab/");
        assertThat(result.textOf("Delimiter")).contains("/");
        assertThat(result.textOf("EncodingType")).contains("url");
    }

    @Test
    void nothingIsAskedForAndNothingIsShown() {
        putAll("a");
        XmlElement result = xml(S3Operation.LIST_OBJECTS, FakeRequest.of(BUCKET).ask("max-keys", "0"));
        assertThat(result.children("Contents")).isEmpty();
        assertThat(result.textOf("IsTruncated")).contains("false");
        assertRefused(S3ErrorCode.NO_SUCH_BUCKET, () -> call(S3Operation.LIST_OBJECTS, FakeRequest.of("absent")));
    }

    @Test
    void versionsAreListedByPage() {
        setVersioning("Enabled");
        putAll("a", "a", "b");
        call(S3Operation.DELETE_OBJECT, FakeRequest.of(BUCKET, "a"));
        List<String> whole = versions(xml(S3Operation.LIST_OBJECT_VERSIONS, FakeRequest.of(BUCKET)));
        assertThat(whole).hasSize(4);
        assertThat(pages(Optional.empty())).isEqualTo(whole);
    }

    @Test
    void aPageMayBeginWhereAVersionWas() {
        setVersioning("Enabled");
        putAll("a", "a", "a", "b");
        List<String> whole = versions(xml(S3Operation.LIST_OBJECT_VERSIONS, FakeRequest.of(BUCKET)));
        assertThat(pages(Optional.of(S3Operation.DELETE_OBJECT))).isEqualTo(whole);
        assertThat(versions(xml(S3Operation.LIST_OBJECT_VERSIONS, FakeRequest.of(BUCKET))))
                .isEmpty();
    }

    /** Reads page by page, one version each, and does something to each version before it asks for the next. */
    private List<String> pages(Optional<S3Operation> toEach) {
        List<String> seen = new ArrayList<>();
        FakeRequest request = FakeRequest.of(BUCKET).ask("max-keys", "1");
        while (true) {
            XmlElement page = xml(S3Operation.LIST_OBJECT_VERSIONS, request);
            for (XmlElement entry : page.children()) {
                Optional<String> version = entry.textOf("VersionId");
                if (version.isPresent()) {
                    seen.add(entry.textOf("Key").orElse("") + " " + version.get());
                    toEach.ifPresent(operation -> call(
                            operation,
                            FakeRequest.of(BUCKET, entry.textOf("Key").orElse(""))
                                    .ask("versionId", version.get())));
                }
            }
            if (page.textOf("IsTruncated").filter("true"::equals).isEmpty()) {
                return seen;
            }
            request = FakeRequest.of(BUCKET)
                    .ask("max-keys", "1")
                    .ask("key-marker", page.textOf("NextKeyMarker").orElseThrow())
                    .ask("version-id-marker", page.textOf("NextVersionIdMarker").orElseThrow());
        }
    }

    private static List<String> versions(XmlElement result) {
        return result.children().stream()
                .filter(entry -> entry.textOf("VersionId").isPresent())
                .map(entry -> entry.textOf("Key").orElse("") + " "
                        + entry.textOf("VersionId").orElse(""))
                .toList();
    }

    @Test
    void markersOfVersionsAreChecked() {
        assertRefused(
                S3ErrorCode.INVALID_ARGUMENT,
                () -> call(
                        S3Operation.LIST_OBJECT_VERSIONS, FakeRequest.of(BUCKET).ask("version-id-marker", "null")));
        assertRefused(
                S3ErrorCode.INVALID_ARGUMENT,
                () -> call(
                        S3Operation.LIST_OBJECT_VERSIONS,
                        FakeRequest.of(BUCKET).ask("key-marker", "a").ask("version-id-marker", "x")));
    }
}
