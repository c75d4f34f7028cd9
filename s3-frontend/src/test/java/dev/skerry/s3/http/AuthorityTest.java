package dev.skerry.s3.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.blob.BlobMeta;
import dev.skerry.blob.BlobPath;
import dev.skerry.blob.VersionSelector;
import dev.skerry.blob.access.AccessList;
import dev.skerry.blob.access.BucketAccess;
import dev.skerry.blob.access.Grantee;
import dev.skerry.blob.access.Ownership;
import dev.skerry.blob.access.Permission;
import dev.skerry.blob.access.PublicAccessBlock;
import dev.skerry.blob.access.RequestContext;
import dev.skerry.blob.access.Requester;
import dev.skerry.blob.failure.StoreException;
import dev.skerry.blob.failure.StoreFailure;
import dev.skerry.s3.Compatibility;
import dev.skerry.s3.access.PolicyJson;
import dev.skerry.s3.auth.Identities;
import dev.skerry.s3.auth.Identities.Anonymous;
import dev.skerry.s3.error.S3ErrorCode;
import dev.skerry.s3.error.S3Exception;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class AuthorityTest {
    private static final Requester ROOT = new Requester("root", "r", Requester.Kind.UNRESTRICTED);
    private static final Requester OWNER = new Requester("owner", "o", Requester.Kind.IDENTIFIED);
    private static final Requester OTHER = new Requester("other", "x", Requester.Kind.IDENTIFIED);

    /** Nothing is stored, and the upload {@code mine} was begun by OTHER. */
    private static final StoredObjects NOTHING = new StoredObjects() {
        @Override
        public Optional<BlobMeta> object(BlobPath path, VersionSelector selector) {
            return Optional.empty();
        }

        @Override
        public Optional<String> initiator(BlobPath path, String uploadId) {
            return uploadId.equals("mine") ? Optional.of("x") : Optional.empty();
        }
    };

    private static BucketAccess bucket(Ownership ownership) {
        return new BucketAccess("b", "o", ownership, PublicAccessBlock.ALL, AccessList.ofOwner("o"), null);
    }

    private static boolean allowed(Requester requester, S3Operation operation, Anonymous anonymous) {
        return allowed(requester, operation, anonymous, null);
    }

    private static boolean allowed(
            Requester requester, S3Operation operation, Anonymous anonymous, @Nullable String uploadId) {
        UnsignedRequests unsigned = new UnsignedRequests(new Identities(List.of(), anonymous), Compatibility.AWS);
        Authority authority = new Authority(requester, () -> RequestContext.EMPTY, NOTHING, unsigned);
        String key = operation.resource() == S3Operation.Resource.OBJECT ? "k" : null;
        return passes(
                () -> authority.require(new Deed(operation, bucket(Ownership.OWNER_ENFORCED), key, null, uploadId)));
    }

    private static boolean passes(Runnable check) {
        try {
            check.run();
            return true;
        } catch (S3Exception e) {
            assertThat(e.code()).isEqualTo(S3ErrorCode.ACCESS_DENIED);
            return false;
        } catch (StoreException e) {
            assertThat(e.failure()).isInstanceOf(StoreFailure.NoSuchBlob.class);
            return false;
        }
    }

    @Test
    void rootMayDoAllAndOthersWhatIsTheirs() {
        for (S3Operation operation : S3Operation.values()) {
            assertThat(allowed(ROOT, operation, Anonymous.NONE))
                    .as(operation.name())
                    .isTrue();
            assertThat(allowed(OWNER, operation, Anonymous.NONE))
                    .as(operation.name())
                    .isTrue();
            assertThat(allowed(OTHER, operation, Anonymous.WRITE))
                    .as(operation.name())
                    .isFalse();
            assertThat(allowed(Requester.ANONYMOUS, operation, Anonymous.NONE))
                    .as(operation.name())
                    .isFalse();
        }
    }

    @Test
    void unsignedRequestsMayDoWhatTheSettingsSay() {
        assertThat(allowed(Requester.ANONYMOUS, S3Operation.GET_OBJECT, Anonymous.READ))
                .isTrue();
        assertThat(allowed(Requester.ANONYMOUS, S3Operation.LIST_OBJECTS_V2, Anonymous.READ))
                .isTrue();
        assertThat(allowed(Requester.ANONYMOUS, S3Operation.PUT_OBJECT, Anonymous.READ))
                .isFalse();
        for (S3Operation operation :
                List.of(S3Operation.PUT_OBJECT, S3Operation.DELETE_OBJECTS, S3Operation.LIST_PARTS)) {
            assertThat(allowed(Requester.ANONYMOUS, operation, Anonymous.WRITE))
                    .as(operation.name())
                    .isTrue();
        }
        for (S3Operation operation : List.of(
                S3Operation.PUT_BUCKET_POLICY,
                S3Operation.PUT_BUCKET_ACL,
                S3Operation.PUT_OBJECT_ACL,
                S3Operation.PUT_PUBLIC_ACCESS_BLOCK,
                S3Operation.DELETE_BUCKET)) {
            assertThat(allowed(Requester.ANONYMOUS, operation, Anonymous.WRITE))
                    .as(operation.name())
                    .isFalse();
        }
    }

    @Test
    void whoeverSignsNothingCreatesNoBucketAndListsThemInCephOnly() {
        for (Compatibility side : Compatibility.values()) {
            UnsignedRequests unsigned = new UnsignedRequests(new Identities(List.of(), Anonymous.WRITE), side);
            assertThat(passes(() ->
                            Authority.requireWithoutBucket(Requester.ANONYMOUS, S3Operation.CREATE_BUCKET, unsigned)))
                    .isFalse();
            assertThat(passes(() ->
                            Authority.requireWithoutBucket(Requester.ANONYMOUS, S3Operation.LIST_BUCKETS, unsigned)))
                    .isEqualTo(side == Compatibility.CEPH);
        }
    }

    @Test
    void whoeverBeganAnUploadMayEndIt() {
        assertThat(allowed(OTHER, S3Operation.ABORT_MULTIPART_UPLOAD, Anonymous.NONE, "mine"))
                .isTrue();
        assertThat(allowed(OTHER, S3Operation.LIST_PARTS, Anonymous.NONE, "mine"))
                .isTrue();
        assertThat(allowed(OTHER, S3Operation.LIST_PARTS, Anonymous.NONE, "another"))
                .isFalse();
        assertThat(allowed(OTHER, S3Operation.UPLOAD_PART, Anonymous.NONE, "mine"))
                .isFalse();
    }

    @Test
    void governanceIsBypassedByTheBucketsOwnerAndWhomItsPolicyNames() {
        UnsignedRequests unsigned = new UnsignedRequests(new Identities(List.of(), Anonymous.WRITE), Compatibility.AWS);
        BucketAccess without = bucket(Ownership.WRITER);
        BucketAccess naming = new BucketAccess(
                "b",
                "o",
                Ownership.WRITER,
                PublicAccessBlock.ALL,
                AccessList.ofOwner("o"),
                PolicyJson.read(
                        "{\"Statement\":{\"Effect\":\"Allow\",\"Principal\":{\"AWS\":\"other\"},"
                                + "\"Action\":\"s3:BypassGovernanceRetention\",\"Resource\":\"arn:aws:s3:::b/*\"}}",
                        "b"));
        for (Requester requester : List.of(ROOT, OWNER, OTHER, Requester.ANONYMOUS)) {
            Authority authority = new Authority(requester, () -> RequestContext.EMPTY, NOTHING, unsigned);
            boolean own = requester.equals(ROOT) || requester.equals(OWNER);
            assertThat(authority.mayBypassGovernance(deleteOf(without)))
                    .as(requester.name())
                    .isEqualTo(own);
            assertThat(authority.mayBypassGovernance(deleteOf(naming)))
                    .as(requester.name())
                    .isEqualTo(own || requester.equals(OTHER));
        }
    }

    /** Who writes by an access list hides what is there; what lets bytes go for good is the owner's word. */
    @Test
    void versionsAreDeletedByTheBucketsOwnerAndWhomItsPolicyNames() {
        UnsignedRequests unsigned = new UnsignedRequests(new Identities(List.of(), Anonymous.NONE), Compatibility.AWS);
        AccessList list =
                new AccessList(List.of(new AccessList.Grant(new Grantee.Identity("x"), Permission.FULL_CONTROL)));
        BucketAccess listing = new BucketAccess("b", "o", Ownership.WRITER, PublicAccessBlock.ALL, list, null);
        BucketAccess naming = new BucketAccess(
                "b",
                "o",
                Ownership.WRITER,
                PublicAccessBlock.ALL,
                list,
                PolicyJson.read(
                        "{\"Statement\":{\"Effect\":\"Allow\",\"Principal\":{\"AWS\":\"other\"},"
                                + "\"Action\":\"s3:DeleteObjectVersion\",\"Resource\":\"arn:aws:s3:::b/*\"}}",
                        "b"));
        Authority owner = new Authority(OWNER, () -> RequestContext.EMPTY, NOTHING, unsigned);
        Authority other = new Authority(OTHER, () -> RequestContext.EMPTY, NOTHING, unsigned);
        Deed current = new Deed(S3Operation.DELETE_OBJECT, listing, "k", null, null);
        assertThat(passes(() -> other.require(current))).isTrue();
        assertThat(passes(() -> other.require(deleteOf(listing)))).isFalse();
        assertThat(passes(() -> owner.require(deleteOf(listing)))).isTrue();
        assertThat(passes(() -> other.require(deleteOf(naming)))).isTrue();
    }

    private static Deed deleteOf(BucketAccess bucket) {
        return new Deed(S3Operation.DELETE_OBJECT, bucket, "k", Deed.Version.of("null"), null);
    }

    @Test
    void whatIsMissingIsToldToThoseWhoMayList() {
        UnsignedRequests unsigned = new UnsignedRequests(new Identities(List.of(), Anonymous.NONE), Compatibility.AWS);
        Deed read = new Deed(S3Operation.GET_OBJECT, bucket(Ownership.WRITER), "absent", null, null);
        assertThat(passes(() -> new Authority(OWNER, () -> RequestContext.EMPTY, NOTHING, unsigned).require(read)))
                .isTrue();
        assertThat(passes(() -> new Authority(OTHER, () -> RequestContext.EMPTY, NOTHING, unsigned).require(read)))
                .isFalse();
    }

    @Test
    void theSourceOfACopyIsCutAfterDecoding() {
        assertThat(CopySourceObject.of("b/k")).isEqualTo(new CopySourceObject("b", "k", null));
        assertThat(CopySourceObject.of("/b/k?versionId=1")).isEqualTo(new CopySourceObject("b", "k", "1"));
        assertThat(CopySourceObject.of("b%2Fk/l")).isEqualTo(new CopySourceObject("b", "k/l", null));
        assertThat(CopySourceObject.of("%2Fb%2Fk")).isEqualTo(new CopySourceObject("b", "k", null));
    }
}
