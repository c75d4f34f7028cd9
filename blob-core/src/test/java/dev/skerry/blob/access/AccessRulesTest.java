package dev.skerry.blob.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.blob.access.AccessList.Grant;
import dev.skerry.blob.access.Statement.Among;
import dev.skerry.blob.access.Statement.Effect;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class AccessRulesTest {
    private static final Requester ROOT = new Requester("root", "r", Requester.Kind.UNRESTRICTED);
    private static final Requester OWNER = new Requester("owner", "o", Requester.Kind.IDENTIFIED);
    private static final Requester OTHER = new Requester("other", "x", Requester.Kind.IDENTIFIED);
    private static final Need READ_BLOB = new Need.OfBlob(Permission.READ);
    private static final Need WRITE_BUCKET = new Need.OfBucket(Permission.WRITE);
    private static final BlobAccess OWN = new BlobAccess("o", AccessList.ofOwner("o"), Map.of());
    private static final BlobAccess OTHERS = new BlobAccess("x", AccessList.ofOwner("x"), Map.of());

    private static AccessList everyone(Permission permission) {
        return new AccessList(List.of(new Grant(new Grantee.Everyone(), permission)));
    }

    private static Policy policy(Effect effect, Principal principal) {
        return new Policy(List.of(new Statement(
                "one",
                effect,
                new Among<>(List.of(principal), false),
                new Among<>(List.of("s3:*"), false),
                new Among<>(List.of("arn:aws:s3:::b", "arn:aws:s3:::b/*"), false),
                List.of(),
                true)));
    }

    /** A bucket of {@code o} in which lists count and nothing is blocked. */
    private static BucketAccess bucket(@Nullable Policy policy) {
        return new BucketAccess("b", "o", Ownership.WRITER, PublicAccessBlock.NONE, AccessList.ofOwner("o"), policy);
    }

    private static BucketAccess with(BucketAccess bucket, Ownership ownership, PublicAccessBlock block) {
        return new BucketAccess("b", "o", ownership, block, bucket.accessList(), bucket.policy());
    }

    private static BucketAccess with(BucketAccess bucket, AccessList list) {
        return new BucketAccess("b", "o", bucket.ownership(), bucket.block(), list, bucket.policy());
    }

    private static boolean may(Requester requester, Need need, BucketAccess bucket, @Nullable BlobAccess blob) {
        return AccessRules.decide(request(requester, need, bucket, false).withBlob(blob))
                .allowed();
    }

    private static AccessRequest request(Requester requester, Need need, BucketAccess bucket, boolean open) {
        return new AccessRequest(
                requester, "s3:GetObject", "arn:aws:s3:::b/k", need, bucket, null, new RequestContext(Map.of()), open);
    }

    @Test
    void whatAPolicyDeniesIsDeniedToTheOwnerButNotToRoot() {
        BucketAccess denying = bucket(policy(Effect.DENY, new Principal.Anyone()));
        assertThat(may(OWNER, READ_BLOB, denying, OWN)).isFalse();
        assertThat(may(OTHER, WRITE_BUCKET, with(denying, everyone(Permission.WRITE)), null))
                .isFalse();
        assertThat(may(ROOT, READ_BLOB, denying, OWN)).isTrue();
        AccessDecision decision = AccessRules.decide(request(OWNER, READ_BLOB, denying, false));
        assertThat(decision)
                .isInstanceOfSatisfying(
                        AccessDecision.Denied.class,
                        denied -> assertThat(denied.explicit()).isTrue());
    }

    @Test
    void theReasonNamesTheStatementAndWhatOutweighsIt() {
        BucketAccess denying = bucket(policy(Effect.DENY, new Principal.Anyone()));
        assertThat(AccessRules.decide(request(OWNER, READ_BLOB, denying, false)).reason())
                .isEqualTo("the bucket's policy denies it (statement one)");
        BucketAccess open = bucket(policy(Effect.ALLOW, new Principal.Anyone()));
        assertThat(AccessRules.decide(request(OTHER, READ_BLOB, open, false)).reason())
                .isEqualTo("the bucket's policy allows it (statement one)");
        BucketAccess restricted = with(open, Ownership.WRITER, new PublicAccessBlock(false, false, false, true));
        assertThat(AccessRules.decide(request(OTHER, READ_BLOB, restricted, false))
                        .reason())
                .contains("restricted");
        assertThat(AccessRules.decide(request(OTHER, READ_BLOB, open, false)
                                .withBlob(new BlobAccess("y", AccessList.ofOwner("y"), Map.of())))
                        .reason())
                .contains("not the bucket owner's");
    }

    @Test
    void theOwnerOfTheBucketMayNotReadWhatOthersWroteThere() {
        assertThat(may(OWNER, READ_BLOB, bucket(null), OWN)).isTrue();
        assertThat(may(OWNER, READ_BLOB, bucket(null), OTHERS)).isFalse();
        assertThat(may(OTHER, READ_BLOB, bucket(null), OTHERS)).isTrue();
        assertThat(may(OWNER, WRITE_BUCKET, bucket(null), OTHERS)).isTrue();
    }

    @Test
    void whereTheOwnerIsEnforcedListsCountForNothing() {
        BucketAccess enforced = with(bucket(null), Ownership.OWNER_ENFORCED, PublicAccessBlock.NONE);
        assertThat(may(OWNER, READ_BLOB, enforced, OTHERS)).isTrue();
        assertThat(may(OTHER, READ_BLOB, enforced, OTHERS)).isFalse();
        BlobAccess opened = new BlobAccess("o", everyone(Permission.READ), Map.of());
        assertThat(may(OTHER, READ_BLOB, enforced, opened)).isFalse();
        assertThat(may(OTHER, READ_BLOB, bucket(null), opened)).isTrue();
    }

    @Test
    void aPolicySpeaksOfTheBucketOwnersBlobsOnly() {
        BucketAccess allowing = bucket(policy(Effect.ALLOW, new Principal.Canonical("x")));
        assertThat(may(OTHER, READ_BLOB, allowing, OWN)).isTrue();
        assertThat(may(OTHER, READ_BLOB, allowing, new BlobAccess("y", AccessList.ofOwner("y"), Map.of())))
                .isFalse();
        assertThat(may(Requester.ANONYMOUS, READ_BLOB, allowing, OWN)).isFalse();
    }

    @Test
    void aRestrictedBucketIsNotOpenedByAPublicPolicy() {
        PublicAccessBlock restricting = new PublicAccessBlock(false, false, false, true);
        BucketAccess open = bucket(policy(Effect.ALLOW, new Principal.Anyone()));
        assertThat(may(Requester.ANONYMOUS, READ_BLOB, open, OWN)).isTrue();
        assertThat(may(Requester.ANONYMOUS, READ_BLOB, with(open, Ownership.WRITER, restricting), OWN))
                .isFalse();
        BucketAccess named = bucket(policy(Effect.ALLOW, new Principal.Canonical("x")));
        assertThat(may(OTHER, READ_BLOB, with(named, Ownership.WRITER, restricting), OWN))
                .isTrue();
    }

    @Test
    void publicGrantsMayBeIgnored() {
        PublicAccessBlock ignoring = new PublicAccessBlock(false, true, false, false);
        BucketAccess open = with(bucket(null), everyone(Permission.WRITE));
        assertThat(may(Requester.ANONYMOUS, WRITE_BUCKET, open, null)).isTrue();
        assertThat(may(Requester.ANONYMOUS, WRITE_BUCKET, with(open, Ownership.WRITER, ignoring), null))
                .isFalse();
    }

    @Test
    void aGrantGivesWhatItSays() {
        for (Permission granted : Permission.values()) {
            for (Permission asked : Permission.values()) {
                BucketAccess open = with(bucket(null), everyone(granted));
                assertThat(may(OTHER, new Need.OfBucket(asked), open, null))
                        .as(granted + " for " + asked)
                        .isEqualTo(granted == Permission.FULL_CONTROL || granted == asked);
            }
        }
        assertThat(may(OTHER, new Need.OfBucket(null), with(bucket(null), everyone(Permission.FULL_CONTROL)), null))
                .isFalse();
    }

    @Test
    void thoseWhoSignAreNotEveryone() {
        AccessList signed = new AccessList(List.of(new Grant(new Grantee.Authenticated(), Permission.READ)));
        Need list = new Need.OfBucket(Permission.READ);
        assertThat(may(OTHER, list, with(bucket(null), signed), null)).isTrue();
        assertThat(may(Requester.ANONYMOUS, list, with(bucket(null), signed), null))
                .isFalse();
    }

    @Test
    void theSettingsOpenForWhoeverSignsNothingOnly() {
        assertThat(AccessRules.decide(request(Requester.ANONYMOUS, READ_BLOB, bucket(null), true))
                        .allowed())
                .isTrue();
        assertThat(AccessRules.decide(request(OTHER, READ_BLOB, bucket(null), true))
                        .allowed())
                .isFalse();
        BucketAccess denying = bucket(policy(Effect.DENY, new Principal.Anyone()));
        assertThat(AccessRules.decide(request(Requester.ANONYMOUS, READ_BLOB, denying, true))
                        .allowed())
                .isFalse();
    }

    @Test
    void aWriteBelongsToItsWriterOrToTheBucketsOwner() {
        assertThat(Ownership.WRITER.ownerOfWrite("o", OTHER, true)).isEqualTo("x");
        assertThat(Ownership.OWNER_PREFERRED.ownerOfWrite("o", OTHER, false)).isEqualTo("x");
        assertThat(Ownership.OWNER_PREFERRED.ownerOfWrite("o", OTHER, true)).isEqualTo("o");
        assertThat(Ownership.OWNER_ENFORCED.ownerOfWrite("o", OTHER, false)).isEqualTo("o");
        assertThat(Ownership.WRITER.ownerOfWrite("o", Requester.ANONYMOUS, false))
                .isEqualTo("o");
    }

    @Test
    void theBlobIsLookedUpOnlyWhereItMakesADifference() {
        BucketAccess enforced = with(bucket(null), Ownership.OWNER_ENFORCED, PublicAccessBlock.ALL);
        assertThat(AccessRules.dependsOnBlob(request(OWNER, READ_BLOB, enforced, false)))
                .isFalse();
        assertThat(AccessRules.dependsOnBlob(request(OWNER, READ_BLOB, bucket(null), false)))
                .isTrue();
        assertThat(AccessRules.dependsOnBlob(request(ROOT, READ_BLOB, bucket(null), false)))
                .isFalse();
        assertThat(AccessRules.dependsOnBlob(request(OWNER, WRITE_BUCKET, bucket(null), false)))
                .isFalse();
    }
}
