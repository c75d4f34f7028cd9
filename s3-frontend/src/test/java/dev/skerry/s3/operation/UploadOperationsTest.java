package dev.skerry.s3.operation;

import static dev.skerry.s3.operation.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.s3.error.S3ErrorCode;
import dev.skerry.s3.http.S3Operation;
import dev.skerry.s3.http.S3Response;
import dev.skerry.s3.xml.XmlElement;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class UploadOperationsTest extends OperationsTest {
    private static final String FIRST = "0123456789abcdef".repeat(5 * 1024 * 1024 / 16);
    private static final String LAST = "the end";

    @BeforeEach
    void aBucket() {
        createBucket();
    }

    private String begin(String key) {
        return begin(FakeRequest.of(BUCKET, key));
    }

    private String begin(FakeRequest request) {
        return xml(S3Operation.CREATE_MULTIPART_UPLOAD, request)
                .textOf("UploadId")
                .orElseThrow();
    }

    static FakeRequest of(String key, String upload) {
        return FakeRequest.of(BUCKET, key).ask("uploadId", upload);
    }

    private String putPart(String upload, int number, String text) {
        S3Response response = call(
                S3Operation.UPLOAD_PART,
                of("key", upload).ask("partNumber", Integer.toString(number)).body(text));
        return String.valueOf(response.headers().get("ETag"));
    }

    static String part(int number, String etag) {
        return "<Part><PartNumber>" + number + "</PartNumber><ETag>" + etag.replace("\"", "&quot;") + "</ETag></Part>";
    }

    private XmlElement complete(String upload, String... parts) {
        return xml(S3Operation.COMPLETE_MULTIPART_UPLOAD, completion(upload, parts));
    }

    static FakeRequest completion(String upload, String... parts) {
        return of("key", upload)
                .body("<CompleteMultipartUpload>" + String.join("", parts) + "</CompleteMultipartUpload>");
    }

    @Test
    void partsBecomeAnObject() {
        String upload = begin(FakeRequest.of(BUCKET, "key")
                .with("content-type", "text/plain")
                .with("x-amz-checksum-algorithm", "CRC32")
                .with("x-amz-checksum-type", "FULL_OBJECT"));
        String last = putPart(upload, 7, LAST);
        String first = putPart(upload, 2, FIRST);
        XmlElement result = complete(upload, part(2, first), part(7, last.replace("\"", "")));
        assertThat(result.textOf("Location")).contains("http://localhost:9000/bucket/key");
        assertThat(result.textOf("ETag").orElse("")).endsWith("-2\"");
        assertThat(result.textOf("ChecksumCRC32").orElse("")).endsWith("==");
        assertThat(result.textOf("ChecksumType")).contains("FULL_OBJECT");
        assertThat(get("key")).isEqualTo(FIRST + LAST);

        S3Response part =
                call(S3Operation.GET_OBJECT, FakeRequest.of(BUCKET, "key").ask("partNumber", "7"));
        assertThat(part.status()).isEqualTo(206);
        assertThat(part.headers())
                .containsEntry("x-amz-mp-parts-count", "2")
                .containsEntry("Content-Type", "text/plain");
        assertThat(body(part)).isEqualTo(LAST);
        XmlElement parts = xml(
                        S3Operation.GET_OBJECT_ATTRIBUTES,
                        FakeRequest.of(BUCKET, "key")
                                .with("x-amz-object-attributes", "ObjectParts")
                                .with("x-amz-max-parts", "1"))
                .first("ObjectParts")
                .orElseThrow();
        assertThat(parts.textOf("PartsCount")).contains("2");
        assertThat(parts.textOf("IsTruncated")).contains("true");
        assertThat(texts(parts, "Part", "PartNumber")).containsExactly("2");
        // the answer may have been lost on its way
        assertThat(complete(upload, part(2, first), part(7, last)).textOf("ETag"))
                .isEqualTo(result.textOf("ETag"));
    }

    @Test
    void aCompletionMustNameWhatIsThere() {
        String upload = begin("key");
        String etag = putPart(upload, 1, "x");
        String next = putPart(upload, 2, "y");
        assertRefused(S3ErrorCode.MALFORMED_XML, () -> complete(upload));
        assertRefused(S3ErrorCode.INVALID_PART, () -> complete(upload, part(9999, etag)));
        assertRefused(S3ErrorCode.INVALID_PART, () -> complete(upload, part(1, "f".repeat(32))));
        assertRefused(S3ErrorCode.INVALID_PART_ORDER, () -> complete(upload, part(2, next), part(1, etag)));
        assertRefused(S3ErrorCode.ENTITY_TOO_SMALL, () -> complete(upload, part(1, etag), part(2, next)));
        assertRefused(S3ErrorCode.INVALID_ARGUMENT, () -> complete(upload, part(10_001, etag)));
        assertRefused(
                S3ErrorCode.BAD_DIGEST,
                () -> call(
                        S3Operation.COMPLETE_MULTIPART_UPLOAD,
                        completion(upload, part(1, etag)).with("x-amz-checksum-sha256", "bad")));
        assertRefused(S3ErrorCode.NO_SUCH_UPLOAD, () -> complete("abc1234def", part(1, etag)));
        assertRefused(S3ErrorCode.PRECONDITION_FAILED, () -> {
            put("key", "before");
            call(
                    S3Operation.COMPLETE_MULTIPART_UPLOAD,
                    completion(upload, part(1, etag)).with("if-none-match", "*"));
        });
        complete(upload, part(1, etag));
        assertThat(get("key")).isEqualTo("x");
    }

    @Test
    void partsMustBeNamedWithTheirChecksumsAndOnce() {
        String upload = begin(FakeRequest.of(BUCKET, "key").with("x-amz-checksum-algorithm", "SHA256"));
        String etag = putPart(upload, 1, "x");
        assertRefused(S3ErrorCode.INVALID_PART_ORDER, () -> complete(upload, part(1, etag), part(1, etag)));
        assertRefused(S3ErrorCode.INVALID_REQUEST, () -> complete(upload, part(1, etag)));
    }

    @Test
    void partsAreListedByPage() {
        String upload = begin("key");
        for (int number : new int[] {1, 3, 5}) {
            putPart(upload, number, "part " + number);
        }
        XmlElement first = xml(S3Operation.LIST_PARTS, of("key", upload).ask("max-parts", "2"));
        assertThat(texts(first, "Part", "PartNumber")).containsExactly("1", "3");
        assertThat(first.textOf("IsTruncated")).contains("true");
        assertThat(first.first("Initiator").flatMap(initiator -> initiator.textOf("ID")))
                .contains("alice-id");
        XmlElement rest = xml(
                S3Operation.LIST_PARTS,
                of("key", upload)
                        .ask(
                                "part-number-marker",
                                first.textOf("NextPartNumberMarker").orElseThrow()));
        assertThat(texts(rest, "Part", "PartNumber")).containsExactly("5");
        assertThat(rest.textOf("IsTruncated")).contains("false");
    }

    @Test
    void uploadsAreListedAndAborted() {
        String a = begin("a");
        String again = begin("a");
        String b = begin("b/c");
        XmlElement all = xml(S3Operation.LIST_MULTIPART_UPLOADS, FakeRequest.of(BUCKET));
        assertThat(texts(all, "Upload", "UploadId")).containsExactly(a, again, b);
        XmlElement first =
                xml(S3Operation.LIST_MULTIPART_UPLOADS, FakeRequest.of(BUCKET).ask("max-uploads", "1"));
        assertThat(first.textOf("NextUploadIdMarker")).contains(a);
        XmlElement rest = xml(
                S3Operation.LIST_MULTIPART_UPLOADS,
                FakeRequest.of(BUCKET).ask("key-marker", "a").ask("upload-id-marker", a));
        assertThat(texts(rest, "Upload", "UploadId")).containsExactly(again, b);
        XmlElement folded =
                xml(S3Operation.LIST_MULTIPART_UPLOADS, FakeRequest.of(BUCKET).ask("delimiter", "/"));
        assertThat(texts(folded, "CommonPrefixes", "Prefix")).containsExactly("b/");
        assertThat(call(S3Operation.ABORT_MULTIPART_UPLOAD, of("a", a)).status())
                .isEqualTo(204);
        assertRefused(S3ErrorCode.NO_SUCH_UPLOAD, () -> call(S3Operation.ABORT_MULTIPART_UPLOAD, of("a", a)));
        assertRefused(S3ErrorCode.NO_SUCH_UPLOAD, () -> call(S3Operation.LIST_PARTS, of("a", a)));
    }

    @Test
    void partsAreCopied() {
        put("source", "0123456789");
        String upload = begin("key");
        FakeRequest copy = of("key", upload).ask("partNumber", "1").with("x-amz-copy-source", "bucket/source");
        XmlElement whole = xml(S3Operation.UPLOAD_PART_COPY, copy);
        XmlElement part = xml(S3Operation.UPLOAD_PART_COPY, copy.with("x-amz-copy-source-range", "bytes=2-5"));
        assertThat(part.textOf("ETag")).isNotEqualTo(whole.textOf("ETag"));
        complete(upload, part(1, part.textOf("ETag").orElseThrow()));
        assertThat(get("key")).isEqualTo("2345");
        assertRefused(S3ErrorCode.INVALID_RANGE, () -> {
            String other = begin("key");
            call(
                    S3Operation.UPLOAD_PART_COPY,
                    of("key", other)
                            .ask("partNumber", "1")
                            .with("x-amz-copy-source", "bucket/source")
                            .with("x-amz-copy-source-range", "bytes=0-10"));
        });
    }

    @Test
    void partsAreRefusedBeforeTheyAreRead() {
        String upload = begin(FakeRequest.of(BUCKET, "key").with("x-amz-checksum-algorithm", "SHA256"));
        assertRefused(S3ErrorCode.INVALID_ARGUMENT, () -> putPart(upload, 0, "x"));
        assertRefused(S3ErrorCode.INVALID_ARGUMENT, () -> putPart(upload, 10_001, "x"));
        assertRefused(S3ErrorCode.NO_SUCH_UPLOAD, () -> putPart("no such upload", 1, "x"));
        assertRefused(
                S3ErrorCode.INVALID_REQUEST,
                () -> call(
                        S3Operation.UPLOAD_PART,
                        of("key", upload).ask("partNumber", "1").with("x-amz-checksum-crc32", "dv+Mqg==")));
        assertRefused(
                S3ErrorCode.INVALID_REQUEST,
                () -> begin(FakeRequest.of(BUCKET, "key")
                        .with("x-amz-checksum-algorithm", "SHA256")
                        .with("x-amz-checksum-type", "FULL_OBJECT")));
    }
}
