package dev.skerry.s3.operation;

import static dev.skerry.s3.operation.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.s3.error.S3ErrorCode;
import dev.skerry.s3.http.S3Operation;
import dev.skerry.s3.http.S3Response;
import dev.skerry.s3.xml.XmlElement;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/**
 * Access as S3 has it since 2023: the owner is enforced and everything public blocked, until the owner says otherwise.
 */
class AccessOperationsTest extends OperationsTest {
    private static final String PUBLIC_POLICY = "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\","
            + "\"Principal\":\"*\",\"Action\":\"s3:GetObject\",\"Resource\":\"arn:aws:s3:::bucket/*\"}]}";

    private void setOwnership(String ownership) {
        call(
                S3Operation.PUT_BUCKET_OWNERSHIP_CONTROLS,
                FakeRequest.of(BUCKET)
                        .body("<OwnershipControls><Rule><ObjectOwnership>" + ownership
                                + "</ObjectOwnership></Rule></OwnershipControls>"));
    }

    private void openBlock() {
        call(S3Operation.DELETE_PUBLIC_ACCESS_BLOCK, FakeRequest.of(BUCKET));
    }

    private String owner(String key) {
        XmlElement policy = xml(S3Operation.GET_OBJECT_ACL, FakeRequest.of(BUCKET, key));
        return policy.first("Owner").flatMap(owner -> owner.textOf("ID")).orElseThrow();
    }

    private static FakeRequest bobs(String key) {
        return FakeRequest.of(BUCKET, key).by(FakeRequest.BOB);
    }

    @Test
    void byDefaultListsAreOffAndEverythingPublicIsBlocked() {
        createBucket();
        assertThat(xml(S3Operation.GET_BUCKET_OWNERSHIP_CONTROLS, FakeRequest.of(BUCKET))
                        .first("Rule")
                        .flatMap(rule -> rule.textOf("ObjectOwnership")))
                .contains("BucketOwnerEnforced");
        XmlElement block = xml(S3Operation.GET_PUBLIC_ACCESS_BLOCK, FakeRequest.of(BUCKET));
        assertThat(block.children())
                .hasSize(4)
                .allSatisfy(child -> assertThat(child.text()).isEqualTo("true"));
        for (String acl : new String[] {"public-read", "bucket-owner-read", "authenticated-read"}) {
            assertRefused(
                    S3ErrorCode.ACCESS_CONTROL_LIST_NOT_SUPPORTED,
                    () -> call(
                            S3Operation.PUT_OBJECT, FakeRequest.of(BUCKET, "k").with("x-amz-acl", acl)));
        }
        call(S3Operation.PUT_OBJECT, bobs("k").with("x-amz-acl", "bucket-owner-full-control"));
        assertThat(owner("k")).isEqualTo("alice-id");
        assertRefused(
                S3ErrorCode.ACCESS_DENIED,
                () -> call(S3Operation.PUT_BUCKET_POLICY, FakeRequest.of(BUCKET).body(PUBLIC_POLICY)));
        assertRefused(
                S3ErrorCode.INVALID_BUCKET_ACL_WITH_OBJECT_OWNERSHIP,
                () -> call(S3Operation.CREATE_BUCKET, FakeRequest.of("another").with("x-amz-acl", "public-read")));
        assertRefused(
                S3ErrorCode.INVALID_BUCKET_ACL_WITH_BLOCK_PUBLIC_ACCESS,
                () -> call(
                        S3Operation.CREATE_BUCKET,
                        FakeRequest.of("another")
                                .with("x-amz-acl", "public-read")
                                .with("x-amz-object-ownership", "ObjectWriter")));
        assertRefused(
                S3ErrorCode.INVALID_ARGUMENT,
                () -> call(
                        S3Operation.CREATE_BUCKET, FakeRequest.of("another").with("x-amz-object-ownership", "Nobody")));
    }

    /** rclone 1.60 names this list on every write. */
    @Test
    void thePrivateListIsTakenWhereTheBucketHasNotSetItsOwnership() {
        createBucket();
        call(S3Operation.PUT_OBJECT, FakeRequest.of(BUCKET, "k").with("x-amz-acl", "private"));
        setOwnership("BucketOwnerEnforced");
        assertRefused(
                S3ErrorCode.ACCESS_CONTROL_LIST_NOT_SUPPORTED,
                () -> call(S3Operation.PUT_OBJECT, FakeRequest.of(BUCKET, "k").with("x-amz-acl", "private")));
    }

    @Test
    void theOwnerMayTurnListsOnAndOpenTheBlock() {
        createBucket();
        setOwnership("ObjectWriter");
        assertRefused(
                S3ErrorCode.ACCESS_DENIED,
                () -> call(S3Operation.PUT_OBJECT, FakeRequest.of(BUCKET, "k").with("x-amz-acl", "public-read")));
        assertRefused(
                S3ErrorCode.ACCESS_DENIED,
                () -> call(S3Operation.PUT_BUCKET_ACL, FakeRequest.of(BUCKET).with("x-amz-acl", "public-read")));
        openBlock();
        call(S3Operation.PUT_BUCKET_ACL, FakeRequest.of(BUCKET).with("x-amz-acl", "public-read"));
        assertThat(xml(S3Operation.GET_BUCKET_ACL, FakeRequest.of(BUCKET))
                        .first("AccessControlList")
                        .orElseThrow()
                        .children())
                .hasSize(2);
        assertRefused(S3ErrorCode.INVALID_BUCKET_ACL_WITH_OBJECT_OWNERSHIP, () -> setOwnership("BucketOwnerEnforced"));
        call(S3Operation.PUT_BUCKET_ACL, FakeRequest.of(BUCKET).with("x-amz-acl", "private"));
        setOwnership("BucketOwnerEnforced");
        assertRefused(
                S3ErrorCode.NO_SUCH_PUBLIC_ACCESS_BLOCK_CONFIGURATION,
                () -> call(S3Operation.GET_PUBLIC_ACCESS_BLOCK, FakeRequest.of(BUCKET)));
    }

    @Test
    void aWriteBelongsToWhomOwnershipSays() {
        createBucket();
        setOwnership("BucketOwnerPreferred");
        call(S3Operation.PUT_OBJECT, bobs("plain"));
        call(S3Operation.PUT_OBJECT, bobs("given").with("x-amz-acl", "bucket-owner-full-control"));
        assertThat(owner("plain")).isEqualTo("bob-id");
        assertThat(owner("given")).isEqualTo("alice-id");
        setOwnership("BucketOwnerEnforced");
        assertThat(owner("plain")).isEqualTo("alice-id");
        call(S3Operation.DELETE_BUCKET_OWNERSHIP_CONTROLS, FakeRequest.of(BUCKET));
        call(S3Operation.PUT_OBJECT, bobs("given").with("x-amz-acl", "bucket-owner-full-control"));
        assertThat(owner("given")).isEqualTo("bob-id");
        assertRefused(
                S3ErrorCode.OWNERSHIP_CONTROLS_NOT_FOUND,
                () -> call(S3Operation.GET_BUCKET_OWNERSHIP_CONTROLS, FakeRequest.of(BUCKET)));
    }

    @Test
    void aCopyHasTheListItsRequestNamesAndNotItsSources() {
        createBucket();
        setOwnership("ObjectWriter");
        call(S3Operation.PUT_OBJECT, FakeRequest.of(BUCKET, "k").with("x-amz-grant-read", "id=bob-id"));
        call(S3Operation.COPY_OBJECT, bobs("copy").with("x-amz-copy-source", "bucket/k"));
        assertThat(owner("copy")).isEqualTo("bob-id");
        XmlElement list = xml(S3Operation.GET_OBJECT_ACL, FakeRequest.of(BUCKET, "copy"));
        assertThat(list.first("AccessControlList").orElseThrow().children()).hasSize(1);
    }

    @Test
    void eachVersionHasItsOwnList() {
        createBucket();
        setOwnership("ObjectWriter");
        setVersioning("Enabled");
        String first = Objects.requireNonNull(put("k", "1").get(VersionIds.HEADER));
        put("k", "2");
        call(
                S3Operation.PUT_OBJECT_ACL,
                FakeRequest.of(BUCKET, "k").ask("versionId", first).with("x-amz-grant-read", "id=bob-id"));
        assertThat(xml(S3Operation.GET_OBJECT_ACL, FakeRequest.of(BUCKET, "k").ask("versionId", first))
                        .first("AccessControlList")
                        .orElseThrow()
                        .first("Grant")
                        .flatMap(grant -> grant.textOf("Permission")))
                .contains("READ");
        assertThat(xml(S3Operation.GET_OBJECT_ACL, FakeRequest.of(BUCKET, "k"))
                        .first("AccessControlList")
                        .orElseThrow()
                        .first("Grant")
                        .flatMap(grant -> grant.textOf("Permission")))
                .contains("FULL_CONTROL");
    }

    @Test
    void aPolicyIsGivenBackAsItWasPut() {
        createBucket();
        openBlock();
        assertRefused(
                S3ErrorCode.NO_SUCH_BUCKET_POLICY,
                () -> call(S3Operation.GET_BUCKET_POLICY_STATUS, FakeRequest.of(BUCKET)));
        String spaced = PUBLIC_POLICY.replace(",", " , ");
        call(S3Operation.PUT_BUCKET_POLICY, FakeRequest.of(BUCKET).body(spaced));
        assertThat(call(S3Operation.GET_BUCKET_POLICY, FakeRequest.of(BUCKET)))
                .isInstanceOfSatisfying(
                        S3Response.Json.class, json -> assertThat(json.body()).isEqualTo(spaced));
        assertThat(xml(S3Operation.GET_BUCKET_POLICY_STATUS, FakeRequest.of(BUCKET))
                        .textOf("IsPublic"))
                .contains("true");
        assertRefused(
                S3ErrorCode.MALFORMED_POLICY,
                () -> call(S3Operation.PUT_BUCKET_POLICY, FakeRequest.of(BUCKET).body("{}")));
        call(S3Operation.DELETE_BUCKET_POLICY, FakeRequest.of(BUCKET));
        call(S3Operation.DELETE_BUCKET_POLICY, FakeRequest.of(BUCKET));
        assertRefused(
                S3ErrorCode.NO_SUCH_BUCKET_POLICY, () -> call(S3Operation.GET_BUCKET_POLICY, FakeRequest.of(BUCKET)));
    }

    @Test
    void aListMustBeSaidSomehow() {
        createBucket();
        assertRefused(
                S3ErrorCode.MISSING_SECURITY_HEADER, () -> call(S3Operation.PUT_BUCKET_ACL, FakeRequest.of(BUCKET)));
        assertRefused(
                S3ErrorCode.MALFORMED_ACL,
                () -> call(S3Operation.PUT_BUCKET_ACL, FakeRequest.of(BUCKET).body("<AccessControl")));
    }
}
