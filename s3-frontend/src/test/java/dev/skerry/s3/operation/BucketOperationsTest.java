package dev.skerry.s3.operation;

import static dev.skerry.s3.operation.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.s3.error.S3ErrorCode;
import dev.skerry.s3.http.S3Operation;
import dev.skerry.s3.xml.XmlElement;
import org.junit.jupiter.api.Test;

class BucketOperationsTest extends OperationsTest {
    @Test
    void aBucketIsCreatedAndFoundAndDeleted() {
        assertThat(call(S3Operation.CREATE_BUCKET, FakeRequest.of("bucket")).headers())
                .containsEntry("Location", "/bucket");
        assertThat(call(S3Operation.HEAD_BUCKET, FakeRequest.of("bucket")).headers())
                .containsEntry("x-amz-bucket-region", "us-east-1");
        assertThat(call(S3Operation.DELETE_BUCKET, FakeRequest.of("bucket")).status())
                .isEqualTo(204);
        assertRefused(S3ErrorCode.NO_SUCH_BUCKET, () -> call(S3Operation.HEAD_BUCKET, FakeRequest.of("bucket")));
        assertRefused(S3ErrorCode.NO_SUCH_BUCKET, () -> call(S3Operation.DELETE_BUCKET, FakeRequest.of("bucket")));
    }

    @Test
    void aBucketThatHoldsAnObjectIsNotDeleted() {
        createBucket();
        put("key", "text");
        assertRefused(S3ErrorCode.BUCKET_NOT_EMPTY, () -> call(S3Operation.DELETE_BUCKET, FakeRequest.of(BUCKET)));
    }

    @Test
    void creatingAgainSucceedsForTheOwnerOnly() {
        createBucket();
        put("key", "text");
        createBucket();
        assertThat(get("key")).isEqualTo("text");
        assertRefused(
                S3ErrorCode.BUCKET_ALREADY_EXISTS,
                () -> call(S3Operation.CREATE_BUCKET, FakeRequest.of(BUCKET).by(FakeRequest.BOB)));
        assertRefused(
                S3ErrorCode.BUCKET_ALREADY_OWNED_BY_YOU, () -> call(S3Operation.CREATE_BUCKET, located("eu-west-1")));
    }

    @Test
    void theLocationConstraintIsKept() {
        call(S3Operation.CREATE_BUCKET, located("eu-west-1"));
        assertThat(xml(S3Operation.GET_BUCKET_LOCATION, FakeRequest.of(BUCKET)).text())
                .isEqualTo("eu-west-1");
        call(S3Operation.CREATE_BUCKET, FakeRequest.of("other"));
        assertThat(xml(S3Operation.GET_BUCKET_LOCATION, FakeRequest.of("other")).text())
                .isEmpty();
        assertRefused(
                S3ErrorCode.INVALID_LOCATION_CONSTRAINT,
                () -> call(S3Operation.CREATE_BUCKET, located("no such place")));
    }

    private static FakeRequest located(String region) {
        return FakeRequest.of(BUCKET)
                .body("<CreateBucketConfiguration><LocationConstraint>" + region
                        + "</LocationConstraint></CreateBucketConfiguration>");
    }

    @Test
    void bucketsAreListedByPage() {
        for (String name : new String[] {"aaa", "aab", "bbb"}) {
            call(S3Operation.CREATE_BUCKET, FakeRequest.of(name));
        }
        call(S3Operation.CREATE_BUCKET, FakeRequest.of("ccc").by(FakeRequest.BOB));
        XmlElement first = xml(S3Operation.LIST_BUCKETS, FakeRequest.of().ask("max-buckets", "2"));
        assertThat(names(first)).containsExactly("aaa", "aab");
        assertThat(first.first("Owner").flatMap(owner -> owner.textOf("DisplayName")))
                .contains("Alice");
        String token = first.textOf("ContinuationToken").orElseThrow();
        XmlElement second = xml(
                S3Operation.LIST_BUCKETS,
                FakeRequest.of().ask("max-buckets", "2").ask("continuation-token", token));
        assertThat(names(second)).containsExactly("bbb");
        assertThat(second.textOf("ContinuationToken")).isEmpty();
        assertThat(names(xml(S3Operation.LIST_BUCKETS, FakeRequest.of().ask("prefix", "aa"))))
                .containsExactly("aaa", "aab");
        assertThat(names(xml(S3Operation.LIST_BUCKETS, FakeRequest.of().by(FakeRequest.ROOT))))
                .containsExactly("aaa", "aab", "bbb", "ccc");
        assertRefused(
                S3ErrorCode.INVALID_ARGUMENT,
                () -> call(S3Operation.LIST_BUCKETS, FakeRequest.of().ask("max-buckets", "0")));
    }

    private static Object[] names(XmlElement result) {
        return texts(result.first("Buckets").orElseThrow(), "Bucket", "Name").toArray();
    }

    @Test
    void versioningIsSetAndShown() {
        createBucket();
        assertThat(xml(S3Operation.GET_BUCKET_VERSIONING, FakeRequest.of(BUCKET))
                        .children())
                .isEmpty();
        setVersioning("Enabled");
        assertThat(xml(S3Operation.GET_BUCKET_VERSIONING, FakeRequest.of(BUCKET))
                        .textOf("Status"))
                .contains("Enabled");
        assertRefused(S3ErrorCode.MALFORMED_XML, () -> setVersioning("Off"));
        assertRefused(
                S3ErrorCode.ILLEGAL_VERSIONING_CONFIGURATION_EXCEPTION,
                () -> call(
                        S3Operation.PUT_BUCKET_VERSIONING,
                        FakeRequest.of(BUCKET).body("<VersioningConfiguration/>")));
        assertRefused(
                S3ErrorCode.NOT_IMPLEMENTED,
                () -> call(
                        S3Operation.PUT_BUCKET_VERSIONING,
                        FakeRequest.of(BUCKET)
                                .body("<VersioningConfiguration><Status>Enabled</Status>"
                                        + "<MfaDelete>Enabled</MfaDelete></VersioningConfiguration>")));
    }

    @Test
    void tagsAreKeptAndRemoved() {
        createBucket();
        assertRefused(S3ErrorCode.NO_SUCH_TAG_SET, () -> call(S3Operation.GET_BUCKET_TAGGING, FakeRequest.of(BUCKET)));
        call(
                S3Operation.PUT_BUCKET_TAGGING,
                FakeRequest.of(BUCKET)
                        .body("<Tagging><TagSet><Tag><Key>a</Key><Value>b+c</Value></Tag></TagSet></Tagging>"));
        XmlElement set = xml(S3Operation.GET_BUCKET_TAGGING, FakeRequest.of(BUCKET))
                .first("TagSet")
                .orElseThrow();
        assertThat(texts(set, "Tag", "Value")).containsExactly("b+c");
        assertThat(call(S3Operation.DELETE_BUCKET_TAGGING, FakeRequest.of(BUCKET))
                        .status())
                .isEqualTo(204);
        assertRefused(S3ErrorCode.NO_SUCH_TAG_SET, () -> call(S3Operation.GET_BUCKET_TAGGING, FakeRequest.of(BUCKET)));
    }

    @Test
    void corsRulesAreValidatedBeforeTheyAreKept() {
        createBucket();
        assertRefused(
                S3ErrorCode.NO_SUCH_CORS_CONFIGURATION,
                () -> call(S3Operation.GET_BUCKET_CORS, FakeRequest.of(BUCKET)));
        String origin = "<AllowedOrigin>https://*.example.com</AllowedOrigin>";
        String method = "<AllowedMethod>GET</AllowedMethod>";
        putCors(origin + method + "<MaxAgeSeconds>30</MaxAgeSeconds><ExposeHeader>ETag</ExposeHeader>");
        assertThat(xml(S3Operation.GET_BUCKET_CORS, FakeRequest.of(BUCKET))
                        .first("CORSRule")
                        .flatMap(rule -> rule.textOf("AllowedOrigin")))
                .contains("https://*.example.com");
        for (String rule : new String[] {
            origin, method, origin + method + "<Other/>", origin + method + "<MaxAgeSeconds>x</MaxAgeSeconds>"
        }) {
            assertRefused(S3ErrorCode.MALFORMED_XML, () -> putCors(rule));
        }
        for (String rule : new String[] {
            origin + "<AllowedMethod>PATCH</AllowedMethod>",
            "<AllowedOrigin>*.*</AllowedOrigin>" + method,
            origin + method + "<ExposeHeader>x-*</ExposeHeader>"
        }) {
            assertRefused(S3ErrorCode.INVALID_REQUEST, () -> putCors(rule));
        }
        assertThat(call(S3Operation.DELETE_BUCKET_CORS, FakeRequest.of(BUCKET)).status())
                .isEqualTo(204);
    }

    private void putCors(String rule) {
        call(
                S3Operation.PUT_BUCKET_CORS,
                FakeRequest.of(BUCKET)
                        .body("<CORSConfiguration><CORSRule>" + rule + "</CORSRule></CORSConfiguration>"));
    }

    @Test
    void whatNobodySetIsAnsweredAsS3Does() {
        createBucket();
        assertRefused(
                S3ErrorCode.NO_SUCH_BUCKET_POLICY, () -> call(S3Operation.GET_BUCKET_POLICY, FakeRequest.of(BUCKET)));
        assertRefused(S3ErrorCode.NO_SUCH_BUCKET, () -> call(S3Operation.GET_BUCKET_POLICY, FakeRequest.of("absent")));
        assertThat(xml(S3Operation.GET_BUCKET_LOGGING, FakeRequest.of(BUCKET)).children())
                .isEmpty();
        assertThat(xml(S3Operation.GET_BUCKET_REQUEST_PAYMENT, FakeRequest.of(BUCKET))
                        .textOf("Payer"))
                .contains("BucketOwner");
    }

    @Test
    void theOwnerAloneHasAccess() {
        createBucket();
        XmlElement policy = xml(S3Operation.GET_BUCKET_ACL, FakeRequest.of(BUCKET));
        XmlElement grant =
                policy.first("AccessControlList").orElseThrow().children().getFirst();
        assertThat(grant.textOf("Permission")).contains("FULL_CONTROL");
        assertThat(grant.first("Grantee").flatMap(grantee -> grantee.textOf("ID")))
                .contains("alice-id");
        assertRefused(
                S3ErrorCode.ACCESS_CONTROL_LIST_NOT_SUPPORTED,
                () -> call(S3Operation.PUT_BUCKET_ACL, FakeRequest.of(BUCKET).with("x-amz-acl", "private")));
        assertRefused(
                S3ErrorCode.ACCESS_CONTROL_LIST_NOT_SUPPORTED,
                () -> call(S3Operation.PUT_BUCKET_ACL, FakeRequest.of(BUCKET).with("x-amz-acl", "public-read")));
        call(S3Operation.PUT_BUCKET_ACL, FakeRequest.of(BUCKET).body(Documents.write(policy)));
        String stranger = Documents.write(policy)
                .replace("<Permission>FULL_CONTROL</Permission>", "<Permission>READ</Permission>");
        assertRefused(
                S3ErrorCode.ACCESS_CONTROL_LIST_NOT_SUPPORTED,
                () -> call(S3Operation.PUT_BUCKET_ACL, FakeRequest.of(BUCKET).body(stranger)));
    }
}
