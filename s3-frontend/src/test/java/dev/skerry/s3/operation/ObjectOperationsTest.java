package dev.skerry.s3.operation;

import static dev.skerry.s3.operation.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.blob.Checksum;
import dev.skerry.blob.ChecksumAlgorithm;
import dev.skerry.blob.store.BlobBody;
import dev.skerry.s3.auth.Identity;
import dev.skerry.s3.error.S3ErrorCode;
import dev.skerry.s3.http.S3Operation;
import dev.skerry.s3.http.S3Response;
import dev.skerry.s3.xml.XmlElement;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ObjectOperationsTest extends OperationsTest {
    private static final String LARGE = "0123456789".repeat(5_000);
    private static final String CRC_OF_BAR = "dv+Mqg==";

    @BeforeEach
    void aBucket() {
        createBucket();
    }

    @Test
    void whatIsPutIsRead() {
        for (String text : new String[] {"", "bar", LARGE}) {
            put("key", text);
            assertThat(get("key")).isEqualTo(text);
        }
    }

    @Test
    void headersComeBack() {
        S3Response put = call(
                S3Operation.PUT_OBJECT,
                FakeRequest.of(BUCKET, "key")
                        .with("content-type", "text/plain")
                        .with("x-amz-meta-colour", "red")
                        .with("x-amz-tagging", "a=b&c=d")
                        .with("x-amz-storage-class", "STANDARD_IA")
                        .body("bar"));
        assertThat(put.headers())
                .isEqualTo(Map.of(
                        "ETag",
                        "\"37b51d194a7513e45b56f6524f2d51f2\"",
                        "x-amz-checksum-crc64nvme",
                        "ikLs7sFMNGo=",
                        "x-amz-checksum-type",
                        "FULL_OBJECT"));
        S3Response head = call(S3Operation.HEAD_OBJECT, FakeRequest.of(BUCKET, "key"));
        assertThat(head.status()).isEqualTo(200);
        assertThat(head.headers())
                .containsEntry("Content-Type", "text/plain")
                .containsEntry("x-amz-meta-colour", "red")
                .containsEntry("x-amz-tagging-count", "2")
                .containsEntry("x-amz-storage-class", "STANDARD_IA")
                .containsEntry("ETag", "\"37b51d194a7513e45b56f6524f2d51f2\"")
                .containsEntry("Content-Length", "3")
                .containsEntry("Accept-Ranges", "bytes")
                .containsKey("Last-Modified")
                .doesNotContainKey("x-amz-version-id");
        S3Response get = call(S3Operation.GET_OBJECT, FakeRequest.of(BUCKET, "key"));
        assertThat(get.headers()).isEqualTo(head.headers());
        assertThat(body(get)).isEqualTo("bar");
    }

    @Test
    void aRangeIsRead() {
        put("key", LARGE);
        S3Response part =
                call(S3Operation.GET_OBJECT, FakeRequest.of(BUCKET, "key").with("range", "bytes=20004-20007"));
        assertThat(part.status()).isEqualTo(206);
        assertThat(part.headers()).containsEntry("Content-Range", "bytes 20004-20007/50000");
        assertThat(body(part)).isEqualTo("4567");
        assertThat(call(S3Operation.HEAD_OBJECT, FakeRequest.of(BUCKET, "key").with("range", "bytes=-1"))
                        .status())
                .isEqualTo(206);
        assertRefused(
                S3ErrorCode.INVALID_RANGE,
                () -> call(S3Operation.GET_OBJECT, FakeRequest.of(BUCKET, "key").with("range", "bytes=50000-")));
        S3Response other = call(
                S3Operation.GET_OBJECT,
                FakeRequest.of(BUCKET, "key").with("range", "bytes=0-0").with("if-range", "\"another\""));
        assertThat(other.status()).isEqualTo(200);
        assertThat(body(other)).isEqualTo(LARGE);
    }

    @Test
    void whatTheClientHasIsNotSentAgain() {
        String etag = put("key", "bar").get("ETag");
        S3Response known =
                call(S3Operation.GET_OBJECT, FakeRequest.of(BUCKET, "key").with("if-none-match", String.valueOf(etag)));
        assertThat(known.status()).isEqualTo(304);
        assertThat(known.headers()).containsEntry("ETag", etag);
        assertRefused(
                S3ErrorCode.PRECONDITION_FAILED,
                () -> call(S3Operation.GET_OBJECT, FakeRequest.of(BUCKET, "key").with("if-match", "other")));
    }

    @Test
    void aPlainObjectHasOnePart() {
        put("key", "bar");
        S3Response part =
                call(S3Operation.GET_OBJECT, FakeRequest.of(BUCKET, "key").ask("partNumber", "1"));
        assertThat(part.status()).isEqualTo(206);
        assertThat(part.headers())
                .containsEntry("Content-Range", "bytes 0-2/3")
                .doesNotContainKey("x-amz-mp-parts-count");
        assertThat(body(part)).isEqualTo("bar");
        assertRefused(
                S3ErrorCode.INVALID_PART_NUMBER,
                () -> call(S3Operation.GET_OBJECT, FakeRequest.of(BUCKET, "key").ask("partNumber", "2")));
        assertRefused(
                S3ErrorCode.INVALID_REQUEST,
                () -> call(
                        S3Operation.GET_OBJECT,
                        FakeRequest.of(BUCKET, "key").ask("partNumber", "1").with("range", "bytes=0-0")));
    }

    @Test
    void headersOfTheAnswerMayBeChosen() {
        put("key", "bar");
        FakeRequest request = FakeRequest.of(BUCKET, "key").ask("response-content-type", "text/x");
        assertThat(call(S3Operation.HEAD_OBJECT, request).headers()).containsEntry("Content-Type", "text/x");
        assertRefused(S3ErrorCode.INVALID_REQUEST, () -> call(S3Operation.HEAD_OBJECT, request.by(Identity.ANONYMOUS)));
        assertRefused(
                S3ErrorCode.INVALID_ARGUMENT,
                () -> call(
                        S3Operation.HEAD_OBJECT,
                        FakeRequest.of(BUCKET, "key").ask("response-content-type", "a\r\nSet-Cookie: b")));
    }

    @Test
    void checksumsAreShownOnDemand() {
        Checksum crc = new Checksum(ChecksumAlgorithm.CRC32, CRC_OF_BAR, Checksum.Type.FULL_OBJECT);
        S3Response put = call(
                S3Operation.PUT_OBJECT,
                FakeRequest.of(BUCKET, "key").body("bar").expecting(new BlobBody.Expected(null, null, List.of(crc))));
        assertThat(put.headers())
                .containsEntry("x-amz-checksum-crc32", CRC_OF_BAR)
                .containsEntry("x-amz-checksum-type", "FULL_OBJECT");
        assertThat(call(S3Operation.HEAD_OBJECT, FakeRequest.of(BUCKET, "key")).headers())
                .doesNotContainKey("x-amz-checksum-crc32");
        FakeRequest asking = FakeRequest.of(BUCKET, "key").with("x-amz-checksum-mode", "ENABLED");
        assertThat(call(S3Operation.HEAD_OBJECT, asking).headers()).containsEntry("x-amz-checksum-crc32", CRC_OF_BAR);
        assertThat(call(S3Operation.HEAD_OBJECT, asking.with("range", "bytes=0-1"))
                        .headers())
                .doesNotContainKey("x-amz-checksum-crc32");
        XmlElement attributes = xml(
                S3Operation.GET_OBJECT_ATTRIBUTES,
                FakeRequest.of(BUCKET, "key").with("x-amz-object-attributes", "Checksum,ObjectSize"));
        assertThat(attributes.first("Checksum").flatMap(checksum -> checksum.textOf("ChecksumCRC32")))
                .contains(CRC_OF_BAR);
        assertThat(attributes.textOf("ObjectSize")).contains("3");
        assertThat(attributes.textOf("ETag")).isEmpty();
    }

    @Test
    void versionsComeAndGo() {
        setVersioning("Enabled");
        String first = String.valueOf(put("key", "one").get("x-amz-version-id"));
        String second = String.valueOf(put("key", "two").get("x-amz-version-id"));
        assertThat(get("key")).isEqualTo("two");
        S3Response old =
                call(S3Operation.GET_OBJECT, FakeRequest.of(BUCKET, "key").ask("versionId", first));
        assertThat(old.headers()).containsEntry("x-amz-version-id", first);
        assertThat(body(old)).isEqualTo("one");

        S3Response delete = call(S3Operation.DELETE_OBJECT, FakeRequest.of(BUCKET, "key"));
        assertThat(delete.headers()).containsEntry("x-amz-delete-marker", "true");
        String marker = String.valueOf(delete.headers().get("x-amz-version-id"));
        assertRefused(S3ErrorCode.NO_SUCH_KEY, () -> get("key"));
        assertRefused(
                S3ErrorCode.METHOD_NOT_ALLOWED,
                () -> call(S3Operation.GET_OBJECT, FakeRequest.of(BUCKET, "key").ask("versionId", marker)));

        XmlElement versions = xml(S3Operation.LIST_OBJECT_VERSIONS, FakeRequest.of(BUCKET));
        assertThat(texts(versions, "Version", "VersionId")).containsExactly(second, first);
        assertThat(texts(versions, "DeleteMarker", "IsLatest")).containsExactly("true");

        S3Response undelete =
                call(S3Operation.DELETE_OBJECT, FakeRequest.of(BUCKET, "key").ask("versionId", marker));
        assertThat(undelete.headers())
                .containsEntry("x-amz-delete-marker", "true")
                .containsEntry("x-amz-version-id", marker);
        assertThat(get("key")).isEqualTo("two");
        assertRefused(
                S3ErrorCode.INVALID_ARGUMENT,
                () -> call(S3Operation.GET_OBJECT, FakeRequest.of(BUCKET, "key").ask("versionId", "x")));
        assertRefused(
                S3ErrorCode.NO_SUCH_VERSION,
                () -> call(
                        S3Operation.GET_OBJECT,
                        FakeRequest.of(BUCKET, "key").ask("versionId", "01ARZ3NDEKTSV4RRFFQ69G5FAV")));
    }

    @Test
    void deletingNothingSucceedsUnlessAnEtagIsAskedFor() {
        S3Response delete = call(S3Operation.DELETE_OBJECT, FakeRequest.of(BUCKET, "absent"));
        assertThat(delete.status()).isEqualTo(204);
        assertThat(delete.headers()).isEmpty();
        assertThat(call(
                                S3Operation.DELETE_OBJECT,
                                FakeRequest.of(BUCKET, "absent").with("x-amz-if-match-size", "3"))
                        .status())
                .isEqualTo(204);
        for (String etag : new String[] {"x", "*"}) {
            assertRefused(
                    S3ErrorCode.NO_SUCH_KEY,
                    () -> call(
                            S3Operation.DELETE_OBJECT,
                            FakeRequest.of(BUCKET, "absent").with("if-match", etag)));
        }
        XmlElement many = xml(
                S3Operation.DELETE_OBJECTS,
                deletion("<Object><Key>absent</Key><ETag>x</ETag></Object><Object><Key>absent</Key></Object>"));
        assertThat(texts(many, "Error", "Code")).containsExactly("NoSuchKey");
        assertThat(texts(many, "Deleted", "Key")).containsExactly("absent");
    }

    @Test
    void conditionsOfWritesAreHeld() {
        String etag = String.valueOf(put("key", "one").get("ETag"));
        assertRefused(
                S3ErrorCode.PRECONDITION_FAILED,
                () -> call(S3Operation.PUT_OBJECT, FakeRequest.of(BUCKET, "key").with("if-none-match", "*")));
        assertRefused(
                S3ErrorCode.NO_SUCH_KEY,
                () -> call(
                        S3Operation.PUT_OBJECT, FakeRequest.of(BUCKET, "absent").with("if-match", etag)));
        call(
                S3Operation.PUT_OBJECT,
                FakeRequest.of(BUCKET, "key").with("if-match", etag).body("two"));
        assertRefused(
                S3ErrorCode.PRECONDITION_FAILED,
                () -> call(
                        S3Operation.DELETE_OBJECT, FakeRequest.of(BUCKET, "key").with("if-match", etag)));
        assertThat(get("key")).isEqualTo("two");
    }

    @Test
    void deletionsHaveConditionsOfTheirOwn() {
        setVersioning("Enabled");
        put("key", "one");
        for (String[] condition : new String[][] {
            {"x-amz-if-match-size", "4"},
            {"x-amz-if-match-last-modified-time", "Thu, 01 Jan 2015 00:00:00 GMT"},
            {"if-match", "other"}
        }) {
            FakeRequest request = FakeRequest.of(BUCKET, "key").with(condition[0], condition[1]);
            assertRefused(S3ErrorCode.PRECONDITION_FAILED, () -> call(S3Operation.DELETE_OBJECT, request));
        }
        String modified = String.valueOf(call(S3Operation.HEAD_OBJECT, FakeRequest.of(BUCKET, "key"))
                .headers()
                .get("Last-Modified"));
        call(
                S3Operation.DELETE_OBJECT,
                FakeRequest.of(BUCKET, "key")
                        .with("x-amz-if-match-size", "3")
                        .with("x-amz-if-match-last-modified-time", modified));
        // the delete marker is there, and has no size
        assertRefused(
                S3ErrorCode.PRECONDITION_FAILED,
                () -> call(
                        S3Operation.DELETE_OBJECT, FakeRequest.of(BUCKET, "key").with("x-amz-if-match-size", "3")));
        assertRefused(
                S3ErrorCode.PRECONDITION_FAILED,
                () -> call(
                        S3Operation.DELETE_OBJECT, FakeRequest.of(BUCKET, "key").with("if-match", "*")));
        assertRefused(
                S3ErrorCode.INVALID_ARGUMENT,
                () -> call(
                        S3Operation.DELETE_OBJECT, FakeRequest.of(BUCKET, "key").with("x-amz-if-match-size", "x")));
    }

    @Test
    void deletionsOfManyHaveConditionsOfTheirOwn() {
        put("a", "one");
        put("b", "one");
        put("c", "one");
        String time = "<LastModifiedTime>Thu, 01 Jan 2015 00:00:00 GMT</LastModifiedTime>";
        XmlElement refused = xml(
                S3Operation.DELETE_OBJECTS,
                deletion("<Object><Key>a</Key><Size>4</Size></Object><Object><Key>b</Key>" + time
                        + "</Object><Object><Key>c</Key><Size>x</Size></Object>"));
        assertThat(texts(refused, "Error", "Code"))
                .containsExactly("PreconditionFailed", "PreconditionFailed", "InvalidArgument");
        String modified = String.valueOf(call(S3Operation.HEAD_OBJECT, FakeRequest.of(BUCKET, "a"))
                .headers()
                .get("Last-Modified"));
        XmlElement done = xml(
                S3Operation.DELETE_OBJECTS,
                deletion("<Object><Key>a</Key><Size>3</Size><LastModifiedTime>" + modified
                        + "</LastModifiedTime><ETag>*</ETag></Object>"));
        assertThat(texts(done, "Deleted", "Key")).containsExactly("a");
    }

    @Test
    void metadataIsTextThatIsShownInAscii() {
        String[][] table = {
            {"plain =?", "plain =?"},
            {"é", "=?UTF-8?Q?=C3=A9?="},
            {"=?UTF-8?Q?=C3=A9?=", "=?UTF-8?Q?=C3=A9?="},
            {"=?iso-8859-1?B?6Q==?=", "=?UTF-8?Q?=C3=A9?="},
            {"Ã©", "=?UTF-8?Q?=C3=83=C2=A9?="},
            {"=?UTF-8?B?YQ0KYg==?=", "=?UTF-8?B?YQ0KYg==?="},
        };
        for (String[] row : table) {
            call(S3Operation.PUT_OBJECT, FakeRequest.of(BUCKET, "key").with("x-amz-meta-a", row[0]));
            FakeRequest copy = FakeRequest.of(BUCKET, "copy").with("x-amz-copy-source", BUCKET + "/key");
            call(S3Operation.COPY_OBJECT, copy);
            for (String key : List.of("key", "copy")) {
                assertThat(call(S3Operation.HEAD_OBJECT, FakeRequest.of(BUCKET, key))
                                .headers())
                        .containsEntry("x-amz-meta-a", row[1])
                        .doesNotContainKey("x-amz-missing-meta");
            }
        }
    }

    @Test
    void manyAreDeletedEachByItself() {
        put("a", "1");
        put("b", "2");
        XmlElement result = xml(
                S3Operation.DELETE_OBJECTS,
                deletion("<Object><Key>a</Key></Object><Object><Key>b</Key><ETag>other</ETag></Object>"
                        + "<Object><Key>c</Key></Object><Object><Key>d</Key><VersionId>x</VersionId></Object>"));
        assertThat(texts(result, "Deleted", "Key")).containsExactly("a", "c");
        assertThat(texts(result, "Error", "Code")).containsExactly("PreconditionFailed", "InvalidArgument");
        assertThat(get("b")).isEqualTo("2");
        assertThat(xml(S3Operation.DELETE_OBJECTS, deletion("<Quiet>true</Quiet><Object><Key>b</Key></Object>"))
                        .children())
                .isEmpty();
    }

    @Test
    void aListOfDeletionsWithAnObjectWithoutKeyDeletesNothing() {
        put("a", "1");
        assertRefused(
                S3ErrorCode.MALFORMED_XML,
                () -> call(
                        S3Operation.DELETE_OBJECTS,
                        deletion("<Object><Key>a</Key></Object><Object><Kee>b</Kee></Object>")));
        assertThat(get("a")).isEqualTo("1");
    }

    @Test
    void aThousandAreAnsweredInTheOrderNamed() {
        put("k5", "1");
        List<String> keys =
                IntStream.range(0, 1000).mapToObj(i -> "k" + (i * 7 % 1000)).toList();
        String objects = keys.stream()
                .map(key -> "<Object><Key>" + key + "</Key></Object>")
                .collect(Collectors.joining());
        XmlElement result = xml(S3Operation.DELETE_OBJECTS, deletion(objects));
        assertThat(texts(result, "Deleted", "Key")).isEqualTo(keys);
        assertRefused(S3ErrorCode.NO_SUCH_KEY, () -> get("k5"));
    }

    @Test
    void aListOfDeletionsIsBoundedAndDigested() {
        String tooMany = IntStream.rangeClosed(0, 1000)
                .mapToObj(i -> "<Object><Key>" + i + "</Key></Object>")
                .collect(Collectors.joining());
        assertRefused(S3ErrorCode.MALFORMED_XML, () -> call(S3Operation.DELETE_OBJECTS, deletion(tooMany)));
        assertRefused(S3ErrorCode.MALFORMED_XML, () -> call(S3Operation.DELETE_OBJECTS, deletion("")));
        assertRefused(
                S3ErrorCode.INVALID_REQUEST,
                () -> call(S3Operation.DELETE_OBJECTS, FakeRequest.of(BUCKET).body("<Delete/>")));
    }

    private static FakeRequest deletion(String objects) {
        return FakeRequest.of(BUCKET).with("content-md5", "checked before").body("<Delete>" + objects + "</Delete>");
    }

    @Test
    void tagsAreReplacedAndRemoved() {
        put("key", "bar");
        call(
                S3Operation.PUT_OBJECT_TAGGING,
                FakeRequest.of(BUCKET, "key")
                        .body("<Tagging><TagSet><Tag><Key>a</Key><Value>b</Value></Tag></TagSet></Tagging>"));
        assertThat(tags()).containsExactly("a");
        assertThat(call(S3Operation.DELETE_OBJECT_TAGGING, FakeRequest.of(BUCKET, "key"))
                        .status())
                .isEqualTo(204);
        assertThat(tags()).isEmpty();
        assertRefused(
                S3ErrorCode.NO_SUCH_KEY, () -> call(S3Operation.GET_OBJECT_TAGGING, FakeRequest.of(BUCKET, "absent")));
    }

    @Test
    void torrentsAreNotImplemented() {
        put("key", "bar");
        assertRefused(
                S3ErrorCode.NOT_IMPLEMENTED, () -> call(S3Operation.GET_OBJECT_TORRENT, FakeRequest.of(BUCKET, "key")));
    }

    private List<String> tags() {
        XmlElement tagging = xml(S3Operation.GET_OBJECT_TAGGING, FakeRequest.of(BUCKET, "key"));
        return texts(tagging.first("TagSet").orElseThrow(), "Tag", "Key");
    }
}
