package dev.skerry.s3.form;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.skerry.s3.Compatibility;
import dev.skerry.s3.error.S3ErrorCode;
import dev.skerry.s3.error.S3Exception;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class PostPolicyTest {
    private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");
    private static final String BUCKET = "johnsmith";
    private static final String[] FIELDS = {
        "Key", "user/eric/a.jpg", "acl", "public-read", "Content-Type", "image/jpeg,image/png", "x-ignore-me", "x"
    };

    private static SizeRange judge(String policy, Compatibility compatibility, String... fields) {
        return PostPolicy.read(Forms.base64(policy)).require(Forms.form(fields), BUCKET, NOW, compatibility);
    }

    private static String policy(String conditions) {
        return "{\"expiration\": \"2026-01-01T12:00:00.000Z\", \"conditions\": " + conditions + "}";
    }

    @TestFactory
    Stream<DynamicTest> theTableHolds() throws IOException {
        try (InputStream table = Objects.requireNonNull(PostPolicyTest.class.getResourceAsStream("policies.txt"))) {
            return new String(table.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .map(line -> dynamicTest(line, () -> check(line)));
        }
    }

    /** {@code policy => ok}, or a code and a message; a list alone stands for the conditions of a policy. */
    private static void check(String line) {
        String[] row = line.split(" => ", 2);
        String document = row[0].startsWith("[") ? policy(row[0]) : row[0];
        S3Exception refusal = catchThrowableOfType(S3Exception.class, () -> judge(document, Compatibility.AWS, FIELDS));
        assertThat(refusal == null ? "ok" : refusal.code().wireName() + " " + refusal.getMessage())
                .isEqualTo(row[1]);
    }

    @Test
    void theSizesOfSeveralConditionsAllHold() {
        String conditions = "[{\"bucket\":\"johnsmith\"},[\"starts-with\",\"$key\",\"\"],"
                + "[\"content-length-range\",1,100],[\"content-length-range\",\"5\",\"500\"]]";
        assertThat(judge(policy(conditions), Compatibility.AWS, "key", "k")).isEqualTo(new SizeRange(5, 100));
    }

    @Test
    void cephTakesWhatIsAbsentAsEmptyAndChecksumsAsSpokenOf() {
        String conditions = "[{\"bucket\":\"johnsmith\"},[\"starts-with\",\"$key\",\"\"],"
                + "[\"starts-with\",\"$x-amz-meta-a\",\"\"]]";
        String[] fields = {"key", "k", "x-amz-checksum-sha256", "x"};
        assertThat(judge(policy(conditions), Compatibility.CEPH, fields)).isEqualTo(SizeRange.ANY);
        assertThat(catchThrowableOfType(S3Exception.class, () -> judge(policy(conditions), Compatibility.AWS, fields))
                        .code())
                .isEqualTo(S3ErrorCode.ACCESS_DENIED);
    }

    @Test
    void whatIsNotBase64IsNoPolicy() {
        assertThat(catchThrowableOfType(S3Exception.class, () -> PostPolicy.read("%%%"))
                        .code())
                .isEqualTo(S3ErrorCode.INVALID_POLICY_DOCUMENT);
        assertThat(catchThrowableOfType(S3Exception.class, () -> PostPolicy.read("/w=="))
                        .code())
                .isEqualTo(S3ErrorCode.INVALID_POLICY_DOCUMENT);
    }

    @Test
    void aPolicyMayBeBrokenIntoLines() {
        String whole = Forms.base64(policy("[{\"bucket\":\"johnsmith\"},{\"key\":\"k\"}]"));
        String broken = whole.substring(0, 40) + "\r\n" + whole.substring(40);
        assertThat(PostPolicy.read(broken).require(Forms.form("key", "k"), BUCKET, NOW, Compatibility.AWS))
                .isEqualTo(SizeRange.ANY);
    }
}
