package dev.skerry.s3.operation;

import static dev.skerry.s3.operation.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.s3.error.S3ErrorCode;
import dev.skerry.s3.http.S3Operation;
import dev.skerry.s3.http.S3Response;
import dev.skerry.s3.xml.XmlElement;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Object lock as requests ask for it and answers show it. */
class ObjectLockOperationsTest extends OperationsTest {
    private static final String MODE = "x-amz-object-lock-mode";
    private static final String UNTIL = "x-amz-object-lock-retain-until-date";
    private static final String HOLD = "x-amz-object-lock-legal-hold";
    private static final String BYPASS = "x-amz-bypass-governance-retention";
    private static final String LATER = "2030-01-01T00:00:00.000Z";

    @BeforeEach
    void createLockedBucket() {
        call(S3Operation.CREATE_BUCKET, FakeRequest.of(BUCKET).with("x-amz-bucket-object-lock-enabled", "true"));
    }

    private void configure(String content) {
        call(
                S3Operation.PUT_OBJECT_LOCK_CONFIGURATION,
                FakeRequest.of(BUCKET).body("<ObjectLockConfiguration>" + content + "</ObjectLockConfiguration>"));
    }

    private void configureDefault(String retention) {
        configure("<ObjectLockEnabled>Enabled</ObjectLockEnabled><Rule><DefaultRetention>" + retention
                + "</DefaultRetention></Rule>");
    }

    private void retain(String key, String mode, String until) {
        retain(
                FakeRequest.of(BUCKET, key),
                "<Mode>" + mode + "</Mode><RetainUntilDate>" + until + "</RetainUntilDate>");
    }

    private void retain(FakeRequest request, String content) {
        call(S3Operation.PUT_OBJECT_RETENTION, request.body("<Retention>" + content + "</Retention>"));
    }

    private void hold(String key, String status) {
        call(
                S3Operation.PUT_OBJECT_LEGAL_HOLD,
                FakeRequest.of(BUCKET, key).body("<LegalHold><Status>" + status + "</Status></LegalHold>"));
    }

    private Map<String, String> head(String key) {
        return call(S3Operation.HEAD_OBJECT, FakeRequest.of(BUCKET, key)).headers();
    }

    @Test
    void aBucketIsCreatedWithLockAndVersioningAndKeepsBoth() {
        assertThat(xml(S3Operation.GET_BUCKET_VERSIONING, FakeRequest.of(BUCKET))
                        .textOf("Status"))
                .contains("Enabled");
        XmlElement configuration = xml(S3Operation.GET_OBJECT_LOCK_CONFIGURATION, FakeRequest.of(BUCKET));
        assertThat(configuration.textOf("ObjectLockEnabled")).contains("Enabled");
        assertThat(configuration.first("Rule")).isEmpty();
        assertRefused(S3ErrorCode.INVALID_BUCKET_STATE, () -> setVersioning("Suspended"));
        setVersioning("Enabled");
    }

    @Test
    void aBucketThatIsThereWithoutLockIsNotCreatedWithIt() {
        call(S3Operation.CREATE_BUCKET, FakeRequest.of("plain"));
        call(S3Operation.CREATE_BUCKET, FakeRequest.of("plain"));
        assertRefused(
                S3ErrorCode.BUCKET_ALREADY_OWNED_BY_YOU,
                () -> call(
                        S3Operation.CREATE_BUCKET,
                        FakeRequest.of("plain").with("x-amz-bucket-object-lock-enabled", "true")));
        call(S3Operation.CREATE_BUCKET, FakeRequest.of(BUCKET).with("x-amz-bucket-object-lock-enabled", "true"));
    }

    @Test
    void theDefaultComesBackAsItWasSet() {
        requireDefaultComesBack("GOVERNANCE", "Days", "30");
        requireDefaultComesBack("COMPLIANCE", "Years", "7");
    }

    private void requireDefaultComesBack(String mode, String unit, String number) {
        configureDefault("<Mode>%s</Mode><%s>%s</%s>".formatted(mode, unit, number, unit));
        XmlElement retention = xml(S3Operation.GET_OBJECT_LOCK_CONFIGURATION, FakeRequest.of(BUCKET))
                .first("Rule")
                .flatMap(rule -> rule.first("DefaultRetention"))
                .orElseThrow();
        assertThat(retention.textOf("Mode")).contains(mode);
        assertThat(retention.textOf(unit)).contains(number);
        assertThat(retention.children()).hasSize(2);
    }

    @Test
    void aDefaultThatIsNoneIsMalformed() {
        for (String retention : new String[] {
            "<Mode>GOVERNANCE</Mode>",
            "<Mode>GOVERNANCE</Mode><Days>1</Days><Years>1</Years>",
            "<Mode>governance</Mode><Days>1</Days>",
            "<Days>1</Days>",
            "<Mode>GOVERNANCE</Mode><Days>one</Days>"
        }) {
            assertRefused(S3ErrorCode.MALFORMED_XML, () -> configureDefault(retention));
        }
    }

    @Test
    void aDefaultOfNoTimeOrTooMuchIsRefused() {
        for (String period :
                new String[] {"<Days>0</Days>", "<Years>-1</Years>", "<Days>36501</Days>", "<Years>101</Years>"}) {
            assertRefused(
                    S3ErrorCode.INVALID_RETENTION_PERIOD, () -> configureDefault("<Mode>GOVERNANCE</Mode>" + period));
        }
    }

    @Test
    void aConfigurationEnablesAndHasARuleWithADefault() {
        assertRefused(S3ErrorCode.MALFORMED_XML, () -> configure("<ObjectLockEnabled>Disabled</ObjectLockEnabled>"));
        assertRefused(S3ErrorCode.MALFORMED_XML, () -> configure(""));
        assertRefused(
                S3ErrorCode.MALFORMED_XML,
                () -> configure("<ObjectLockEnabled>Enabled</ObjectLockEnabled><Rule></Rule>"));
    }

    @Test
    void aBucketGetsLockLaterOnceItIsVersioned() {
        call(S3Operation.CREATE_BUCKET, FakeRequest.of("plain"));
        FakeRequest enable = FakeRequest.of("plain")
                .body("<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled>"
                        + "</ObjectLockConfiguration>");
        assertRefused(S3ErrorCode.INVALID_BUCKET_STATE, () -> call(S3Operation.PUT_OBJECT_LOCK_CONFIGURATION, enable));
        assertRefused(
                S3ErrorCode.OBJECT_LOCK_CONFIGURATION_NOT_FOUND,
                () -> call(S3Operation.GET_OBJECT_LOCK_CONFIGURATION, FakeRequest.of("plain")));
        call(
                S3Operation.PUT_BUCKET_VERSIONING,
                FakeRequest.of("plain")
                        .body("<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>"));
        call(S3Operation.PUT_OBJECT_LOCK_CONFIGURATION, enable);
        assertThat(xml(S3Operation.GET_OBJECT_LOCK_CONFIGURATION, FakeRequest.of("plain"))
                        .textOf("ObjectLockEnabled"))
                .contains("Enabled");
    }

    @Test
    void withoutLockOfTheBucketNothingInItIsLocked() {
        call(S3Operation.CREATE_BUCKET, FakeRequest.of("plain"));
        call(S3Operation.PUT_OBJECT, FakeRequest.of("plain", "key").body("text"));
        for (S3Operation operation : new S3Operation[] {
            S3Operation.GET_OBJECT_RETENTION,
            S3Operation.GET_OBJECT_LEGAL_HOLD,
            S3Operation.PUT_OBJECT_RETENTION,
            S3Operation.PUT_OBJECT_LEGAL_HOLD
        }) {
            assertRefused(S3ErrorCode.INVALID_REQUEST, () -> call(operation, FakeRequest.of("plain", "key")));
        }
        FakeRequest locked = FakeRequest.of("plain", "key").with(HOLD, "ON").body("other");
        assertRefused(S3ErrorCode.INVALID_REQUEST, () -> call(S3Operation.PUT_OBJECT, locked));
        assertRefused(S3ErrorCode.INVALID_REQUEST, () -> call(S3Operation.CREATE_MULTIPART_UPLOAD, locked));
    }

    @Test
    void whatWasNeverLockedHasNoLockToShow() {
        put("key", "text");
        assertRefused(
                S3ErrorCode.NO_SUCH_OBJECT_LOCK_CONFIGURATION,
                () -> call(S3Operation.GET_OBJECT_RETENTION, FakeRequest.of(BUCKET, "key")));
        assertRefused(
                S3ErrorCode.NO_SUCH_OBJECT_LOCK_CONFIGURATION,
                () -> call(S3Operation.GET_OBJECT_LEGAL_HOLD, FakeRequest.of(BUCKET, "key")));
        assertThat(head("key")).doesNotContainKeys(MODE, UNTIL, HOLD);
        assertRefused(
                S3ErrorCode.NO_SUCH_KEY,
                () -> call(S3Operation.GET_OBJECT_RETENTION, FakeRequest.of(BUCKET, "absent")));
    }

    @Test
    void theHeadersOfAWriteLockIt() {
        call(
                S3Operation.PUT_OBJECT,
                FakeRequest.of(BUCKET, "key")
                        .with(MODE, "COMPLIANCE")
                        .with(UNTIL, "2030-01-01T01:00:00+01:00")
                        .with(HOLD, "ON")
                        .body("text"));
        assertThat(head("key"))
                .containsEntry(MODE, "COMPLIANCE")
                .containsEntry(UNTIL, LATER)
                .containsEntry(HOLD, "ON");
        call(S3Operation.COPY_OBJECT, FakeRequest.of(BUCKET, "copy").with("x-amz-copy-source", BUCKET + "/key"));
        assertThat(head("copy")).as("a lock is not copied").doesNotContainKeys(MODE, UNTIL, HOLD);
        call(
                S3Operation.COPY_OBJECT,
                FakeRequest.of(BUCKET, "copy")
                        .with("x-amz-copy-source", BUCKET + "/key")
                        .with(HOLD, "ON"));
        assertThat(head("copy")).containsEntry(HOLD, "ON");
    }

    @Test
    void headersThatAreNoLockAreRefused() {
        String[][] none = {
            {MODE, "GOVERNANCE"},
            {UNTIL, LATER},
            {MODE, "governance", UNTIL, LATER},
            {MODE, "GOVERNANCE", UNTIL, "tomorrow"},
            {MODE, "GOVERNANCE", UNTIL, "2020-01-01T00:00:00Z"},
            {HOLD, "on"}
        };
        for (String[] headers : none) {
            FakeRequest request = FakeRequest.of(BUCKET, "key").body("text");
            for (int i = 0; i < headers.length; i += 2) {
                request.with(headers[i], headers[i + 1]);
            }
            assertRefused(S3ErrorCode.INVALID_ARGUMENT, () -> call(S3Operation.PUT_OBJECT, request));
        }
        assertRefused(S3ErrorCode.NO_SUCH_KEY, () -> get("key"));
    }

    @Test
    void aDefaultLocksWhatIsWrittenAfterItUnlessThatSaysOtherwise() {
        put("before", "text");
        configureDefault("<Mode>GOVERNANCE</Mode><Days>1</Days>");
        put("after", "text");
        call(
                S3Operation.PUT_OBJECT,
                FakeRequest.of(BUCKET, "own")
                        .with(MODE, "COMPLIANCE")
                        .with(UNTIL, LATER)
                        .body("text"));
        assertThat(head("before")).doesNotContainKey(MODE);
        assertThat(head("after")).containsEntry(MODE, "GOVERNANCE");
        assertThat(head("after").get(UNTIL)).startsWith("2026-01-02T");
        assertThat(head("own")).containsEntry(MODE, "COMPLIANCE").containsEntry(UNTIL, LATER);
    }

    @Test
    void retentionIsSetShownAndLifted() {
        put("key", "text");
        retain("key", "GOVERNANCE", "2030-01-01T00:00:00Z");
        XmlElement shown = xml(S3Operation.GET_OBJECT_RETENTION, FakeRequest.of(BUCKET, "key"));
        assertThat(shown.name()).isEqualTo("Retention");
        assertThat(shown.textOf("Mode")).contains("GOVERNANCE");
        assertThat(shown.textOf("RetainUntilDate")).contains(LATER);

        assertRefused(S3ErrorCode.ACCESS_DENIED, () -> retain(FakeRequest.of(BUCKET, "key"), ""));
        retain(FakeRequest.of(BUCKET, "key").with(BYPASS, "true"), "");
        assertRefused(
                S3ErrorCode.NO_SUCH_OBJECT_LOCK_CONFIGURATION,
                () -> call(S3Operation.GET_OBJECT_RETENTION, FakeRequest.of(BUCKET, "key")));
    }

    @Test
    void retentionThatIsNoneIsMalformed() {
        put("key", "text");
        for (String content : new String[] {
            "<Mode>GOVERNANCE</Mode>",
            "<RetainUntilDate>2030-01-01T00:00:00Z</RetainUntilDate>",
            "<Mode>governance</Mode><RetainUntilDate>2030-01-01T00:00:00Z</RetainUntilDate>",
            "<Mode>GOVERNANCE</Mode><RetainUntilDate>2030-01-01</RetainUntilDate>"
        }) {
            assertRefused(S3ErrorCode.MALFORMED_XML, () -> retain(FakeRequest.of(BUCKET, "key"), content));
        }
    }

    @Test
    void retentionInThePastIsRefused() {
        put("key", "text");
        assertRefused(S3ErrorCode.INVALID_ARGUMENT, () -> retain("key", "GOVERNANCE", "2020-01-01T00:00:00Z"));
    }

    @Test
    void legalHoldIsSetAndShown() {
        put("key", "text");
        hold("key", "ON");
        assertThat(xml(S3Operation.GET_OBJECT_LEGAL_HOLD, FakeRequest.of(BUCKET, "key"))
                        .textOf("Status"))
                .contains("ON");
        hold("key", "OFF");
        assertThat(xml(S3Operation.GET_OBJECT_LEGAL_HOLD, FakeRequest.of(BUCKET, "key"))
                        .textOf("Status"))
                .contains("OFF");
        assertRefused(S3ErrorCode.MALFORMED_XML, () -> hold("key", "on"));
    }

    @Test
    void governanceIsBypassedByWhoeverMayAndSaysSo() {
        String version = put("key", "text").getOrDefault(VersionIds.HEADER, "none");
        retain("key", "GOVERNANCE", LATER);
        assertRefused(S3ErrorCode.ACCESS_DENIED, () -> delete(version(version)));
        assertRefused(
                S3ErrorCode.ACCESS_DENIED,
                () -> delete(version(version).with(BYPASS, "true").mayNotBypass()));
        assertThat(delete(version(version).with(BYPASS, "true")).status()).isEqualTo(204);
    }

    private static FakeRequest version(String version) {
        return FakeRequest.of(BUCKET, "key").ask("versionId", version);
    }

    private S3Response delete(FakeRequest request) {
        return call(S3Operation.DELETE_OBJECT, request);
    }

    @Test
    void amongManyTheLockedOneStays() {
        String locked = put("locked", "text").getOrDefault(VersionIds.HEADER, "none");
        String free = put("free", "text").getOrDefault(VersionIds.HEADER, "none");
        retain("locked", "GOVERNANCE", LATER);
        String document = "<Delete><Object><Key>locked</Key><VersionId>%s</VersionId></Object>".formatted(locked)
                + "<Object><Key>free</Key><VersionId>%s</VersionId></Object></Delete>".formatted(free);
        FakeRequest request = FakeRequest.of(BUCKET).with("content-md5", "unchecked here");
        XmlElement result = xml(S3Operation.DELETE_OBJECTS, request.body(document));
        assertThat(texts(result, "Deleted", "Key")).containsExactly("free");
        assertThat(texts(result, "Error", "Code")).containsExactly("AccessDenied");
        assertThat(texts(result, "Error", "Key")).containsExactly("locked");

        result = xml(S3Operation.DELETE_OBJECTS, request.with(BYPASS, "true").body(document));
        assertThat(texts(result, "Deleted", "Key")).containsExactly("locked", "free");
    }
}
