package dev.skerry.s3.operation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.blob.BlobAttributes;
import dev.skerry.blob.BlobId;
import dev.skerry.blob.BlobKind;
import dev.skerry.blob.BlobMeta;
import dev.skerry.blob.BlobPath;
import dev.skerry.blob.Generation;
import dev.skerry.blob.PlacementGroup;
import dev.skerry.blob.ReplicationStatus;
import dev.skerry.blob.clock.HlcTimestamp;
import dev.skerry.blob.commit.Precondition;
import dev.skerry.s3.error.S3ErrorCode;
import dev.skerry.s3.operation.ReadConditions.Outcome;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReadConditionsTest {
    private static final String SAME = "Sun, 06 Nov 1994 08:49:37 GMT";
    private static final String BEFORE = "Sunday, 06-Nov-94 08:49:36 GMT";
    private static final String AFTER = "Sun Nov  6 08:49:38 1994";

    /** Written half a second after the time its Last-Modified can show. */
    private static final BlobMeta META = meta(Instant.parse("1994-11-06T08:49:37.500Z"));

    @Test
    void conditionsHoldOrDoNot() {
        record Row(Outcome outcome, String... headers) {}
        List<Row> table = List.of(
                new Row(Outcome.HOLD),
                new Row(Outcome.HOLD, "If-Match", "\"etag\""),
                new Row(Outcome.HOLD, "If-Match", "*"),
                new Row(Outcome.HOLD, "If-None-Match", "other"),
                new Row(Outcome.NOT_MODIFIED, "If-None-Match", "other, etag"),
                new Row(Outcome.NOT_MODIFIED, "If-None-Match", "*"),
                new Row(Outcome.NOT_MODIFIED, "If-Modified-Since", SAME),
                new Row(Outcome.NOT_MODIFIED, "If-Modified-Since", AFTER),
                new Row(Outcome.HOLD, "If-Modified-Since", BEFORE),
                new Row(Outcome.HOLD, "If-Modified-Since", "garbage"),
                new Row(Outcome.HOLD, "If-Unmodified-Since", SAME),
                new Row(Outcome.HOLD, "If-Unmodified-Since", AFTER),
                // an ETag condition silences the date beside it
                new Row(Outcome.HOLD, "If-Match", "etag", "If-Unmodified-Since", BEFORE),
                new Row(Outcome.HOLD, "If-None-Match", "other", "If-Modified-Since", AFTER),
                new Row(Outcome.NOT_MODIFIED, "If-None-Match", "etag", "If-Modified-Since", BEFORE));
        for (Row row : table) {
            assertThat(ReadConditions.ofRead(request("", row.headers())).check(META))
                    .as(String.join(" ", row.headers()))
                    .isEqualTo(row.outcome());
        }
    }

    @Test
    void whatDoesNotHoldIsRefused() {
        for (String[] headers : new String[][] {
            {"If-Match", "other"},
            {"If-Unmodified-Since", BEFORE},
            {"If-Match", "other", "If-None-Match", "etag"}
        }) {
            Refusals.assertRefused(
                    S3ErrorCode.PRECONDITION_FAILED,
                    () -> ReadConditions.ofRead(request("", headers)).check(META));
        }
    }

    @Test
    void aCopyHasNoThreeHundredAndFour() {
        for (String[] headers :
                new String[][] {{"If-None-Match", "etag"}, {"If-Modified-Since", AFTER}, {"If-Match", "other"}}) {
            Refusals.assertRefused(
                    S3ErrorCode.PRECONDITION_FAILED,
                    () -> ReadConditions.ofCopySource(request("x-amz-copy-source-", headers))
                            .require(META));
        }
    }

    @Test
    void conditionsOfAWriteAreOnlyRead() {
        assertThat(WriteConditions.of(FakeRequest.of())).isEmpty();
        assertThat(WriteConditions.of(FakeRequest.of().with("If-Match", "\"a\"").with("If-None-Match", "*")))
                .containsExactly(new Precondition.IfMatch(List.of("a")), new Precondition.IfNoneMatch(List.of("*")));
    }

    private static FakeRequest request(String prefix, String... headers) {
        FakeRequest request = FakeRequest.of("bucket", "key");
        for (int i = 0; i < headers.length; i += 2) {
            request.with(prefix + headers[i], headers[i + 1]);
        }
        return request;
    }

    private static BlobMeta meta(Instant createdAt) {
        return new BlobMeta(
                BlobPath.of("bucket", "key"),
                Generation.FIRST,
                new BlobId("01ARZ3NDEKTSV4RRFFQ69G5FAV"),
                BlobKind.LIVE,
                true,
                true,
                0,
                "etag",
                null,
                "native",
                List.of(),
                List.of(),
                BlobAttributes.ownedBy("alice-id"),
                createdAt,
                null,
                new HlcTimestamp(createdAt.toEpochMilli(), 0),
                new PlacementGroup(0),
                BlobMeta.LOCAL_REGION,
                new ReplicationStatus.None(),
                null);
    }
}
