package dev.skerry.compat.refusal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.compat.sdk.OwnBucket;
import dev.skerry.compat.server.OneNode;
import dev.skerry.compat.server.SkerryServer;
import dev.skerry.compat.server.WithServer;
import dev.skerry.compat.wire.Bytes;
import dev.skerry.compat.wire.Wire;
import dev.skerry.compat.wire.WireRequest;
import dev.skerry.compat.wire.WireResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What refusals say, word by word: code, message, and the further elements in their order. */
@ExtendWith(WithServer.class)
@OneNode("the endpoint before the nodes waits for bodies that are announced, and is not S3's word for word")
class ErrorAnswersTest {
    private static final Pattern ELEMENT = Pattern.compile("<([A-Za-z][\\w-]*)>");
    private static final String VERSION = "01ARZ3NDEKTSV4RRFFQ69G5FAV";

    @RegisterExtension
    final OwnBucket own = OwnBucket.holding("k", "before");

    /** {@code fields} are the elements between the message and the resource, with their texts where they are given. */
    private record Row(Supplier<WireRequest> request, int status, String code, String message, List<String> fields) {}

    private static Row row(Supplier<WireRequest> request, int status, String code, String message, String... fields) {
        return new Row(request, status, code, message, List.of(fields));
    }

    private WireRequest object(String method, String key) {
        return WireRequest.object(method, own.s3(), own.name(), key);
    }

    private WireRequest ofBucket(String method) {
        return WireRequest.of(method, own.s3(), "/" + own.name());
    }

    private static String tags(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> "<Tag><Key>k" + i + "</Key><Value>v</Value></Tag>")
                .collect(Collectors.joining("", "<Tagging><TagSet>", "</TagSet></Tagging>"));
    }

    @TestFactory
    Stream<DynamicTest> refusalsSayWhatS3Says() {
        return Stream.of(
                        objectsThatAreRead(),
                        bucketsThatAreRead(),
                        objectsThatAreWritten(),
                        digestsAndConditions(),
                        uploadsAndBuckets(),
                        completions(),
                        documents(),
                        signatures())
                .flatMap(List::stream)
                .map(row -> DynamicTest.dynamicTest(row.code() + " " + row.message(), () -> check(row)));
    }

    private void check(Row row) throws Exception {
        WireResponse answer = Wire.exchange(own.s3(), row.request().get());
        assertThat(answer.status() + " " + answer.code()).as("%s", answer).isEqualTo(row.status() + " " + row.code());
        assertThat(answer.element("Message")
                        .replace("&quot;", "\"")
                        .replace("&lt;", "<")
                        .replace("&gt;", ">"))
                .isEqualTo(row.message());
        List<String> names = ELEMENT.matcher(answer.text())
                .results()
                .map(found -> found.group(1))
                .toList();
        List<String> expected = Stream.of(
                        Stream.of("Error", "Code", "Message"),
                        row.fields().stream().map(field -> field.split("=", 2)[0]),
                        Stream.of("Resource", "RequestId", "HostId"))
                .flatMap(part -> part)
                .toList();
        assertThat(names).as("%s", answer).isEqualTo(expected);
        for (String field : row.fields()) {
            String[] parts = field.split("=", 2);
            if (parts.length == 2) {
                assertThat(answer.element(parts[0])).as(parts[0]).isEqualTo(parts[1]);
            }
        }
        assertThat(answer.header("content-type")).hasValue("application/xml");
        assertThat(answer.header("x-amz-request-id")).hasValue(answer.element("RequestId"));
        assertThat(answer.header("x-amz-id-2")).hasValue(answer.element("HostId"));
    }

    private List<Row> objectsThatAreRead() {
        String nowhere = "no-such-bucket-anywhere";
        return List.of(
                row(
                        () -> WireRequest.of("GET", own.s3(), "/" + nowhere).sign(),
                        404,
                        "NoSuchBucket",
                        "The specified bucket does not exist",
                        "BucketName=" + nowhere),
                row(
                        () -> object("GET", "absent").sign(),
                        404,
                        "NoSuchKey",
                        "The specified key does not exist.",
                        "Key=absent"),
                row(
                        () -> object("GET", "k").query("versionId", VERSION).sign(),
                        404,
                        "NoSuchVersion",
                        "The specified version does not exist.",
                        "Key=k",
                        "VersionId=" + VERSION),
                row(
                        () -> object("GET", "k").query("versionId", "x").sign(),
                        400,
                        "InvalidArgument",
                        "Invalid version id specified",
                        "ArgumentName=versionId",
                        "ArgumentValue=x"),
                row(
                        () -> object("GET", "k").header("range", "bytes=100-").sign(),
                        416,
                        "InvalidRange",
                        "The requested range is not satisfiable",
                        "RangeRequested=bytes=100-",
                        "ActualObjectSize=6"),
                row(
                        () -> object("GET", "k").query("partNumber", "2").sign(),
                        416,
                        "InvalidPartNumber",
                        "The requested partnumber is not satisfiable",
                        "PartNumberRequested=2",
                        "ActualPartCount=1"),
                row(
                        () -> object("GET", "k").header("if-match", "\"x\"").sign(),
                        412,
                        "PreconditionFailed",
                        "At least one of the pre-conditions you specified did not hold",
                        "Condition=If-Match"));
    }

    private List<Row> bucketsThatAreRead() {
        return List.of(
                row(
                        () -> ofBucket("GET").query("max-keys", "x").sign(),
                        400,
                        "InvalidArgument",
                        "Provided max-keys not an integer or within integer range",
                        "ArgumentName=max-keys",
                        "ArgumentValue=x"),
                row(
                        () -> ofBucket("GET").query("encoding-type", "x").sign(),
                        400,
                        "InvalidArgument",
                        "Invalid Encoding Method specified in Request",
                        "ArgumentName=encoding-type",
                        "ArgumentValue=x"),
                row(
                        () -> ofBucket("GET").query("tagging", "").sign(),
                        404,
                        "NoSuchTagSet",
                        "The TagSet does not exist",
                        "BucketName=" + own.name()),
                row(
                        () -> ofBucket("GET").query("policy", "").sign(),
                        404,
                        "NoSuchBucketPolicy",
                        "The bucket policy does not exist",
                        "BucketName=" + own.name()),
                row(
                        () -> object("PATCH", "k").sign(),
                        405,
                        "MethodNotAllowed",
                        "The specified method is not allowed against this resource.",
                        "Method=PATCH",
                        "ResourceType=OBJECT"),
                row(
                        () -> ofBucket("GET").query("nonsense", "").sign(),
                        501,
                        "NotImplemented",
                        "A parameter you provided implies functionality that is not implemented",
                        "Parameter=nonsense"));
    }

    private List<Row> objectsThatAreWritten() {
        return List.of(
                row(
                        () -> object("PUT", "k".repeat(1025)).sign(),
                        400,
                        "KeyTooLongError",
                        "Your key is too long",
                        "Size=1025",
                        "MaxSizeAllowed=1024"),
                row(
                        () -> object("PUT", "x")
                                .header("x-amz-meta-a", "v".repeat(2048))
                                .sign(),
                        400,
                        "MetadataTooLarge",
                        "Your metadata headers exceed the maximum allowed metadata size",
                        "Size=2049",
                        "MaxSizeAllowed=2048"),
                row(
                        () -> object("PUT", "x")
                                .header("x-amz-storage-class", "fake class")
                                .sign(),
                        400,
                        "InvalidStorageClass",
                        "The storage class you specified is not valid",
                        "StorageClassRequested=fake class"),
                row(
                        () -> object("PUT", "x")
                                .header("x-amz-tagging", "a=1&a=2")
                                .sign(),
                        400,
                        "InvalidTag",
                        "Cannot provide multiple Tags with the same key",
                        "TagKey=a",
                        "TagValue=2"),
                row(
                        () -> object("PUT", "x")
                                .header(
                                        "x-amz-tagging",
                                        IntStream.range(0, 11)
                                                .mapToObj(i -> "k" + i)
                                                .collect(Collectors.joining("&")))
                                .sign(),
                        400,
                        "InvalidTag",
                        "Object tags cannot be greater than 10"));
    }

    private List<Row> digestsAndConditions() {
        return List.of(
                row(
                        () -> object("PUT", "x")
                                .header("content-length", Long.toString((5L << 30) + 1))
                                .payloadHash("UNSIGNED-PAYLOAD")
                                .sign(),
                        400,
                        "EntityTooLarge",
                        "Your proposed upload exceeds the maximum allowed size",
                        "ProposedSize=5368709121",
                        "MaxSizeAllowed=5368709120"),
                row(
                        () -> object("PUT", "x").withoutLength().sign(),
                        411,
                        "MissingContentLength",
                        "You must provide the Content-Length HTTP header."),
                row(
                        () -> object("PUT", "x").header("content-md5", "x").sign(),
                        400,
                        "InvalidDigest",
                        "The Content-MD5 you specified was invalid.",
                        "Content-MD5=x"),
                row(
                        () -> object("PUT", "x")
                                .body("hello")
                                .header("content-md5", Bytes.base64("MD5", Bytes.utf8("other")))
                                .sign(),
                        400,
                        "BadDigest",
                        "The Content-MD5 you specified did not match what we received.",
                        "ExpectedDigest",
                        "CalculatedDigest=" + Bytes.md5(Bytes.utf8("hello"))),
                row(
                        () -> object("PUT", "x")
                                .body("hello")
                                .payloadHash(Bytes.sha256(Bytes.utf8("other")))
                                .sign(),
                        400,
                        "XAmzContentSHA256Mismatch",
                        "The provided 'x-amz-content-sha256' header does not match what was computed.",
                        "ClientComputedContentSHA256=" + Bytes.sha256(Bytes.utf8("other")),
                        "S3ComputedContentSHA256=" + Bytes.sha256(Bytes.utf8("hello"))),
                row(
                        () -> object("PUT", "k").header("if-none-match", "*").sign(),
                        412,
                        "PreconditionFailed",
                        "At least one of the pre-conditions you specified did not hold",
                        "Condition=If-None-Match"));
    }

    private List<Row> uploadsAndBuckets() {
        return List.of(
                row(
                        () -> object("PUT", "k")
                                .query("partNumber", "10001")
                                .query("uploadId", "u")
                                .sign(),
                        400,
                        "InvalidArgument",
                        "Part number must be an integer between 1 and 10000, inclusive",
                        "ArgumentName=partNumber",
                        "ArgumentValue=10001"),
                row(
                        () -> object("PUT", "k")
                                .query("partNumber", "1")
                                .query("uploadId", "u")
                                .sign(),
                        404,
                        "NoSuchUpload",
                        "The specified upload does not exist. The upload ID may be invalid, or the upload may have been"
                                + " aborted or completed.",
                        "UploadId=u"),
                row(
                        () -> object("PUT", "x")
                                .header("x-amz-copy-source", "nonsense")
                                .sign(),
                        400,
                        "InvalidArgument",
                        "Invalid copy source object key",
                        "ArgumentName=x-amz-copy-source",
                        "ArgumentValue=nonsense"),
                row(
                        () -> ofBucket("DELETE").sign(),
                        409,
                        "BucketNotEmpty",
                        "The bucket you tried to delete is not empty",
                        "BucketName=" + own.name()),
                row(
                        () -> WireRequest.of("PUT", own.s3(), "/Not_A_Bucket").sign(),
                        400,
                        "InvalidBucketName",
                        "The specified bucket is not valid.",
                        "BucketName=Not_A_Bucket"));
    }

    /** What is wrong with the parts that a completion names. */
    private List<Row> completions() {
        String upload = own.client()
                .createMultipartUpload(b -> b.bucket(own.name()).key("u").checksumAlgorithm("CRC32"))
                .uploadId();
        String etag = "e868e0f4719e394144ef36531ee6824c";
        String twice = IntStream.of(2, 1)
                .mapToObj(number -> "<Part><PartNumber>" + number + "</PartNumber><ETag>" + etag + "</ETag></Part>")
                .collect(Collectors.joining());
        return List.of(
                row(
                        () -> completion(upload, "<Part><PartNumber>134</PartNumber><ETag>" + etag + "</ETag></Part>"),
                        400,
                        "InvalidPart",
                        "One or more of the specified parts could not be found.  The part may not have been uploaded, or"
                                + " the specified entity tag may not match the part's entity tag.",
                        "UploadId=" + upload,
                        "PartNumber=134",
                        "ETag=" + etag),
                row(
                        () -> completion(
                                upload,
                                "<Part><PartNumber>1</PartNumber><ETag>x</ETag><ChecksumCRC32>AA</ChecksumCRC32></Part>"),
                        400,
                        "InvalidPart",
                        "One or more of the specified parts could not be found.  The part may not have been uploaded, or"
                                + " the specified entity tag may not match the part's entity tag.",
                        "UploadId=" + upload,
                        "PartNumber=1",
                        "ETag=x"),
                row(
                        () -> completion(upload, twice),
                        400,
                        "InvalidPartOrder",
                        "The list of parts was not in ascending order. Parts must be ordered by part number.",
                        "UploadId=" + upload));
    }

    private WireRequest completion(String upload, String parts) {
        return object("POST", "u")
                .query("uploadId", upload)
                .body("<CompleteMultipartUpload>" + parts + "</CompleteMultipartUpload>")
                .sign();
    }

    private List<Row> documents() {
        String malformed = "The XML you provided was not well-formed or did not validate against our published schema";
        return List.of(
                row(
                        () -> object("PUT", "k")
                                .query("tagging", "")
                                .body(tags(11))
                                .sign(),
                        400,
                        "InvalidTag",
                        "Object tags cannot be greater than 10"),
                row(
                        () -> ofBucket("PUT")
                                .query("tagging", "")
                                .body(tags(51))
                                .sign(),
                        400,
                        "InvalidTag",
                        "Bucket tag count cannot be greater than 50"),
                row(
                        () -> object("PUT", "k")
                                .query("tagging", "")
                                .body(tags(1).replace("k0", "k".repeat(129)))
                                .sign(),
                        400,
                        "InvalidTag",
                        "The TagKey you have provided is invalid",
                        "TagKey",
                        "TagValue=v"),
                row(
                        () -> object("PUT", "k")
                                .query("tagging", "")
                                .body("<Tagging>")
                                .sign(),
                        400,
                        "MalformedXML",
                        malformed),
                row(
                        () -> object("PUT", "k")
                                .query("tagging", "")
                                .body("x".repeat(70_000))
                                .sign(),
                        400,
                        "MaxMessageLengthExceeded",
                        "Your request was too large."),
                row(
                        () -> object("PUT", "k").query("tagging", "").sign(),
                        400,
                        "MissingRequestBodyError",
                        "Request body is empty."),
                row(
                        () -> ofBucket("POST")
                                .query("delete", "")
                                .body("<Delete/>")
                                .sign(),
                        400,
                        "InvalidRequest",
                        "Missing required header for this request: Content-MD5"));
    }

    private List<Row> signatures() {
        return List.of(
                row(() -> object("GET", "k"), 403, "AccessDenied", "Access Denied"),
                row(
                        () -> object("GET", "k")
                                .credentials("NOBODYNOBODYNOBODY00", "whatever")
                                .sign(),
                        403,
                        "InvalidAccessKeyId",
                        "The AWS Access Key Id you provided does not exist in our records.",
                        "AWSAccessKeyId=NOBODYNOBODYNOBODY00"),
                row(
                        () -> object("GET", "k")
                                .credentials(SkerryServer.ACCESS_KEY, "not the secret")
                                .sign(),
                        403,
                        "SignatureDoesNotMatch",
                        "The request signature we calculated does not match the signature you provided. Check your key"
                                + " and signing method.",
                        "AWSAccessKeyId=" + SkerryServer.ACCESS_KEY,
                        "StringToSign",
                        "SignatureProvided",
                        "StringToSignBytes",
                        "CanonicalRequest",
                        "CanonicalRequestBytes"),
                row(
                        () -> object("GET", "k")
                                .at(Instant.now().minus(Duration.ofMinutes(20)))
                                .sign(),
                        403,
                        "RequestTimeTooSkewed",
                        "The difference between the request time and the current time is too large.",
                        "RequestTime",
                        "ServerTime",
                        "MaxAllowedSkewMilliseconds=900000"),
                row(
                        () -> object("GET", "k")
                                .at(Instant.now().minus(Duration.ofMinutes(10)))
                                .presign(Duration.ofMinutes(5)),
                        403,
                        "AccessDenied",
                        "Request has expired",
                        "X-Amz-Expires=300",
                        "Expires",
                        "ServerTime"),
                row(
                        () -> object("GET", "k").header("authorization", "Basic x"),
                        400,
                        "InvalidArgument",
                        "Unsupported Authorization Type",
                        "ArgumentName=Authorization",
                        "ArgumentValue=Basic"),
                row(
                        () -> object("GET", "k").header("authorization", "AWS a:b"),
                        400,
                        "InvalidRequest",
                        "The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256."));
    }
}
