package dev.skerry.s3.operation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skerry.s3.error.S3Exception;
import dev.skerry.s3.http.S3Operation;
import dev.skerry.s3.http.S3Response;
import dev.skerry.s3.xml.XmlElement;
import dev.skerry.s3.xml.XmlWriter;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Lifecycle configurations as they are put and shown, and what answers say of them. */
class LifecycleOperationsTest extends OperationsTest {
    private static final String MINIMUM = "x-amz-transition-default-minimum-object-size";
    private static final String EXPIRATION = "x-amz-expiration";

    @BeforeEach
    void aBucket() {
        createBucket();
    }

    private S3Response configure(String rules) {
        return call(S3Operation.PUT_BUCKET_LIFECYCLE_CONFIGURATION, request(rules));
    }

    private static FakeRequest request(String rules) {
        return FakeRequest.of(BUCKET).body("<LifecycleConfiguration>" + rules + "</LifecycleConfiguration>");
    }

    private static String rule(String content) {
        return "<Rule><Status>Enabled</Status>" + content + "</Rule>";
    }

    private XmlElement shown() {
        return xml(S3Operation.GET_BUCKET_LIFECYCLE_CONFIGURATION, FakeRequest.of(BUCKET));
    }

    private String refusal(String rules) {
        try {
            configure(rules);
            return "taken";
        } catch (S3Exception e) {
            return e.code().wireName() + ": " + e.getMessage();
        }
    }

    @Test
    void whatIsPutIsShownAsItWasAndGone() {
        String rules = """
                <Rule><ID>a &amp; b</ID><Filter><And><Prefix>x/</Prefix><Tag><Key>k</Key><Value>v</Value></Tag>\
                <ObjectSizeLessThan>9</ObjectSizeLessThan></And></Filter><Status>Disabled</Status>\
                <Transition><Days>30</Days><StorageClass>GLACIER</StorageClass></Transition>\
                <NoncurrentVersionExpiration><NoncurrentDays>3</NoncurrentDays>\
                <NewerNoncurrentVersions>2</NewerNoncurrentVersions></NoncurrentVersionExpiration></Rule>""";
        configure(rules);
        assertThat(XmlWriter.writeRoot(shown(), null))
                .isEqualTo("<LifecycleConfiguration>" + rules + "</LifecycleConfiguration>");
        assertThat(call(S3Operation.DELETE_BUCKET_LIFECYCLE, FakeRequest.of(BUCKET))
                        .status())
                .isEqualTo(204);
        assertThat(call(S3Operation.DELETE_BUCKET_LIFECYCLE, FakeRequest.of(BUCKET))
                        .status())
                .isEqualTo(204);
        assertThatThrownBy(this::shown)
                .isInstanceOf(S3Exception.class)
                .satisfies(refused -> assertThat(((S3Exception) refused).code().wireName())
                        .isEqualTo("NoSuchLifecycleConfiguration"));
    }

    @Test
    void rulesWithoutAnIdGetOneEach() {
        String rule = rule("<Filter/><NoncurrentVersionExpiration><NoncurrentDays>3</NoncurrentDays>"
                + "</NoncurrentVersionExpiration>");
        configure(rule + rule);
        XmlElement shown = shown();
        assertThat(shown.children("Rule"))
                .extracting(element -> element.textOf("ID").orElse(""))
                .doesNotHaveDuplicates()
                .noneMatch(String::isEmpty);
        configure(rule + rule);
        assertThat(XmlWriter.writeRoot(shown(), null)).isEqualTo(XmlWriter.writeRoot(shown, null));
    }

    /** Lines of the code and text expected, or {@code taken}, a bar, and rules. */
    @Test
    void everyFaultHasItsCode() throws IOException {
        List<String> lines;
        try (InputStream file = getClass().getResourceAsStream("lifecycle-rules.txt")) {
            lines = new String(Objects.requireNonNull(file).readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
        }
        assertThat(lines).hasSizeGreaterThan(50).allSatisfy(line -> {
            String[] halves = line.split("\\|", 2);
            String rules = halves[1].replace("{255}", "i".repeat(255)).replace("{1024}", "p".repeat(1024));
            assertThat(refusal(rules)).isEqualTo(halves[0]);
        });
    }

    @Test
    void aThousandRulesAreTakenAndOneMoreIsNot() {
        StringBuilder rules = new StringBuilder();
        for (int i = 0; i < 1000; i++) {
            rules.append(rule("<Filter><Prefix>" + i + "/</Prefix></Filter><Expiration><Days>1</Days></Expiration>"));
        }
        assertThat(refusal(rules.toString())).isEqualTo("taken");
        rules.append(rule("<Filter/><Expiration><Days>1</Days></Expiration>"));
        assertThat(refusal(rules.toString()))
                .isEqualTo("InvalidRequest: The number of lifecycle rules must not exceed the allowed limit of 1000"
                        + " rules.");
    }

    @Test
    void theLeastSizeOfTransitionsIsKeptBesideTheRules() {
        String rules = rule("<Filter/><Expiration><Days>1</Days></Expiration>");
        assertThat(configure(rules).headers()).containsEntry(MINIMUM, "all_storage_classes_128K");
        call(S3Operation.PUT_BUCKET_LIFECYCLE_CONFIGURATION, request(rules).with(MINIMUM, "varies_by_storage_class"));
        assertThat(call(S3Operation.GET_BUCKET_LIFECYCLE_CONFIGURATION, FakeRequest.of(BUCKET))
                        .headers())
                .containsEntry(MINIMUM, "varies_by_storage_class");
        assertThatThrownBy(() -> call(
                        S3Operation.PUT_BUCKET_LIFECYCLE_CONFIGURATION,
                        request(rules).with(MINIMUM, "none")))
                .hasMessageContaining("Invalid TransitionDefaultMinimumObjectSize found");
    }

    @Test
    void answersSayWhenAnObjectExpires() {
        configure("<Rule><ID>soon &amp; sure</ID><Filter><Prefix>tmp/</Prefix></Filter><Status>Enabled</Status>"
                + "<Expiration><Days>2</Days></Expiration></Rule>");
        // the test's clock begins at the first of January 2026
        String expected = "expiry-date=\"Sun, 04 Jan 2026 00:00:00 GMT\", rule-id=\"soon%20%26%20sure\"";
        assertThat(put("tmp/a", "text")).containsEntry(EXPIRATION, expected);
        assertThat(put("kept", "text")).doesNotContainKey(EXPIRATION);
        for (S3Operation read : new S3Operation[] {S3Operation.HEAD_OBJECT, S3Operation.GET_OBJECT}) {
            assertThat(call(read, FakeRequest.of(BUCKET, "tmp/a")).headers()).containsEntry(EXPIRATION, expected);
            assertThat(call(read, FakeRequest.of(BUCKET, "kept")).headers()).doesNotContainKey(EXPIRATION);
        }
        assertThat(call(
                                S3Operation.COPY_OBJECT,
                                FakeRequest.of(BUCKET, "tmp/b").with("x-amz-copy-source", BUCKET + "/kept"))
                        .headers())
                .containsEntry(EXPIRATION, expected);
    }

    @Test
    void aVersionThatIsCurrentNoLongerDoesNotExpire() {
        setVersioning("Enabled");
        configure(rule("<Filter/><Expiration><Days>2</Days></Expiration>"));
        String first = put("a", "one").get("x-amz-version-id");
        put("a", "two");
        Map<String, String> headers = call(
                        S3Operation.HEAD_OBJECT, FakeRequest.of(BUCKET, "a").ask("versionId", String.valueOf(first)))
                .headers();
        assertThat(headers).doesNotContainKey(EXPIRATION).containsEntry("x-amz-version-id", first);
    }

    @Test
    void anExpirationBeyondTheYearsOfHttpIsNotTold() {
        configure(rule("<Filter/><Expiration><Days>2147483647</Days></Expiration>"));
        assertThat(put("a", "one")).doesNotContainKey(EXPIRATION);
    }

    @Test
    void answersSayWhenAnUploadIsAborted() {
        configure("<Rule><ID>stale</ID><Filter><Prefix>up/</Prefix></Filter><Status>Enabled</Status>"
                + "<AbortIncompleteMultipartUpload><DaysAfterInitiation>7</DaysAfterInitiation>"
                + "</AbortIncompleteMultipartUpload></Rule>");
        S3Response begun = call(S3Operation.CREATE_MULTIPART_UPLOAD, FakeRequest.of(BUCKET, "up/1"));
        assertThat(begun.headers())
                .containsEntry("x-amz-abort-date", "Fri, 09 Jan 2026 00:00:00 GMT")
                .containsEntry("x-amz-abort-rule-id", "stale");
        String upload = ((S3Response.Xml) begun).body().textOf("UploadId").orElseThrow();
        assertThat(call(S3Operation.LIST_PARTS, FakeRequest.of(BUCKET, "up/1").ask("uploadId", upload))
                        .headers())
                .containsEntry("x-amz-abort-rule-id", "stale");
        assertThat(call(S3Operation.CREATE_MULTIPART_UPLOAD, FakeRequest.of(BUCKET, "other"))
                        .headers())
                .doesNotContainKey("x-amz-abort-date");
    }
}
