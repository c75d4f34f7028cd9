package dev.skerry.compat.access;

import static dev.skerry.compat.access.Account.ANNA;
import static dev.skerry.compat.access.Account.ANONYMOUS;
import static dev.skerry.compat.access.Account.BORIS;
import static dev.skerry.compat.access.Account.CLARA;

import dev.skerry.compat.server.SkerryServer;
import dev.skerry.compat.wire.WireRequest;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/** How Anna opens, or shuts, a bucket of hers, and who may then do what. */
enum Opening {
    NOTHING,
    POLICY_READS_TO_ONE,
    POLICY_LISTING_TO_ONE,
    POLICY_WRITES_TO_ONE,
    POLICY_DELETES_TO_ONE,
    POLICY_DELETES_VERSIONS_TO_ONE,
    POLICY_READS_TO_ALL,
    POLICY_READS_TO_ALL_BUT_ONE,
    POLICY_READS_TO_ALL_IN_A_RESTRICTED_BUCKET,
    POLICY_SHUTS_OUT_THE_OWNER,
    POLICY_FOR_NONE_BUT_TWO,
    POLICY_OF_ACTIONS_LEFT_OVER,
    POLICY_OF_RESOURCES_LEFT_OVER,
    POLICY_OF_ANOTHER_KEY,
    OBJECT_LIST_TO_ONE,
    OBJECT_LIST_TO_THOSE_WHO_SIGN,
    OBJECT_LIST_TO_ALL,
    OBJECT_LIST_TO_ALL_IGNORED,
    OBJECT_LIST_SWITCHED_OFF,
    BUCKET_LIST_READS_TO_ONE,
    BUCKET_LIST_WRITES_TO_ONE,
    BUCKET_LIST_TO_ALL;

    private static final Set<Attempt> READING =
            EnumSet.of(Attempt.READ, Attempt.READ_HEAD, Attempt.READ_RANGE, Attempt.READ_NATIVE, Attempt.COPY_AWAY);
    private static final Set<Attempt> LISTING = EnumSet.of(Attempt.LIST, Attempt.LIST_NATIVE, Attempt.HEAD_BUCKET);
    private static final Set<Attempt> LISTING_VERSIONS =
            EnumSet.of(Attempt.LIST_VERSIONS, Attempt.LIST_VERSIONS_NATIVE, Attempt.LIST_UPLOADS);
    private static final Set<Attempt> READING_VERSIONS = EnumSet.of(Attempt.READ_VERSION, Attempt.READ_VERSION_NATIVE);
    private static final Set<Attempt> WRITING =
            EnumSet.of(Attempt.OVERWRITE, Attempt.OVERWRITE_NATIVE, Attempt.COPY_OVER, Attempt.BEGIN_UPLOAD);
    private static final Set<Attempt> DELETING = EnumSet.of(Attempt.DELETE, Attempt.DELETE_MANY, Attempt.DELETE_NATIVE);
    private static final Set<Attempt> DELETING_VERSIONS =
            EnumSet.of(Attempt.DELETE_VERSION, Attempt.DELETE_VERSION_AMONG_MANY, Attempt.DELETE_VERSION_NATIVE);

    /** Who, beside the owner, may do what. */
    private Map<Account, Set<Attempt>> others() {
        Map<Account, Set<Attempt>> may = new EnumMap<>(Account.class);
        switch (this) {
            case NOTHING,
                    POLICY_READS_TO_ALL_IN_A_RESTRICTED_BUCKET,
                    POLICY_SHUTS_OUT_THE_OWNER,
                    POLICY_OF_ANOTHER_KEY,
                    OBJECT_LIST_TO_ALL_IGNORED,
                    OBJECT_LIST_SWITCHED_OFF -> {}
            case POLICY_READS_TO_ONE, POLICY_OF_RESOURCES_LEFT_OVER -> may.put(BORIS, READING);
            case OBJECT_LIST_TO_ONE -> may.put(BORIS, union(READING, READING_VERSIONS));
            case POLICY_LISTING_TO_ONE -> may.put(BORIS, LISTING);
            case POLICY_WRITES_TO_ONE -> may.put(BORIS, WRITING);
            case POLICY_DELETES_TO_ONE -> may.put(BORIS, DELETING);
            case POLICY_DELETES_VERSIONS_TO_ONE -> may.put(BORIS, DELETING_VERSIONS);
            case POLICY_READS_TO_ALL -> toAll(may, READING);
            case OBJECT_LIST_TO_ALL -> toAll(may, union(READING, READING_VERSIONS));
            case POLICY_READS_TO_ALL_BUT_ONE -> {
                toAll(may, READING);
                may.remove(CLARA);
            }
            case POLICY_FOR_NONE_BUT_TWO -> may.put(BORIS, READING);
            case POLICY_OF_ACTIONS_LEFT_OVER -> {
                Set<Attempt> left = EnumSet.copyOf(READING);
                left.addAll(READING_VERSIONS);
                left.add(Attempt.READ_TAGS);
                left.add(Attempt.READ_OBJECT_ACL);
                left.add(Attempt.READ_VERSIONING);
                left.add(Attempt.READ_BUCKET_ACL);
                may.put(BORIS, left);
            }
            case OBJECT_LIST_TO_THOSE_WHO_SIGN -> {
                may.put(BORIS, union(READING, READING_VERSIONS));
                may.put(CLARA, union(READING, READING_VERSIONS));
            }
            case BUCKET_LIST_READS_TO_ONE -> may.put(BORIS, union(LISTING, LISTING_VERSIONS));
            case BUCKET_LIST_WRITES_TO_ONE -> may.put(BORIS, union(WRITING, DELETING));
            case BUCKET_LIST_TO_ALL -> toAll(may, union(union(LISTING, LISTING_VERSIONS), union(WRITING, DELETING)));
        }
        return may;
    }

    private static void toAll(Map<Account, Set<Attempt>> may, Set<Attempt> attempts) {
        may.put(BORIS, attempts);
        may.put(CLARA, attempts);
        may.put(ANONYMOUS, attempts);
    }

    private static Set<Attempt> union(Set<Attempt> one, Set<Attempt> other) {
        Set<Attempt> both = EnumSet.copyOf(one);
        both.addAll(other);
        return both;
    }

    /** Whether the account may do that. */
    boolean allows(Account account, Attempt attempt) {
        if (attempt.isOfTheNode()) {
            return false;
        }
        if (account == ANNA) {
            return this != POLICY_SHUTS_OUT_THE_OWNER || !READING.contains(attempt);
        }
        return !(account == ANONYMOUS && attempt.isNative())
                && others().getOrDefault(account, Set.of()).contains(attempt);
    }

    /** Makes the bucket and the object, and opens them. */
    void setUp(SkerryServer server, String bucket) {
        ANNA.must(server, Attempt.bucket("PUT", server.s3(), bucket));
        switch (this) {
            case OBJECT_LIST_TO_ONE, BUCKET_LIST_READS_TO_ONE, BUCKET_LIST_WRITES_TO_ONE ->
                own(server, bucket, "BucketOwnerPreferred");
            case OBJECT_LIST_TO_THOSE_WHO_SIGN,
                    OBJECT_LIST_TO_ALL,
                    OBJECT_LIST_TO_ALL_IGNORED,
                    OBJECT_LIST_SWITCHED_OFF,
                    BUCKET_LIST_TO_ALL -> {
                own(server, bucket, "ObjectWriter");
                unblock(server, bucket);
            }
            case POLICY_READS_TO_ALL,
                    POLICY_READS_TO_ALL_BUT_ONE,
                    POLICY_READS_TO_ALL_IN_A_RESTRICTED_BUCKET,
                    POLICY_FOR_NONE_BUT_TWO -> unblock(server, bucket);
            default -> {}
        }
        WireRequest put =
                WireRequest.object("PUT", server.s3(), bucket, Attempt.KEY).body(Attempt.CONTENT);
        switch (this) {
            case OBJECT_LIST_TO_ONE -> put.header("x-amz-grant-read", "id=\"" + BORIS.id() + "\"");
            case OBJECT_LIST_TO_THOSE_WHO_SIGN -> put.header("x-amz-acl", "authenticated-read");
            case OBJECT_LIST_TO_ALL, OBJECT_LIST_TO_ALL_IGNORED, OBJECT_LIST_SWITCHED_OFF ->
                put.header("x-amz-acl", "public-read");
            default -> {}
        }
        ANNA.must(server, put);
        open(server, bucket);
    }

    private void open(SkerryServer server, String bucket) {
        PolicyText policy = PolicyText.of(bucket);
        switch (this) {
            case NOTHING, OBJECT_LIST_TO_ONE, OBJECT_LIST_TO_THOSE_WHO_SIGN, OBJECT_LIST_TO_ALL -> {}
            case POLICY_READS_TO_ONE -> put(server, bucket, policy.allow(BORIS.id(), "s3:GetObject"));
            case POLICY_LISTING_TO_ONE -> put(server, bucket, policy.allow(BORIS.id(), "s3:ListBucket"));
            case POLICY_WRITES_TO_ONE -> put(server, bucket, policy.allow(BORIS.id(), "s3:PutObject"));
            case POLICY_DELETES_TO_ONE -> put(server, bucket, policy.allow(BORIS.id(), "s3:Delete?bject"));
            case POLICY_DELETES_VERSIONS_TO_ONE ->
                put(server, bucket, policy.allow(BORIS.id(), "s3:DeleteObjectVersion"));
            case POLICY_READS_TO_ALL -> put(server, bucket, policy.allow("*", "s3:GetObject"));
            case POLICY_READS_TO_ALL_BUT_ONE ->
                put(server, bucket, policy.allow("*", "s3:GetObject").deny(CLARA.id(), "s3:Get*"));
            case POLICY_READS_TO_ALL_IN_A_RESTRICTED_BUCKET -> {
                put(server, bucket, policy.allow("*", "s3:GetObject"));
                shut(server, bucket, false, true);
            }
            case POLICY_SHUTS_OUT_THE_OWNER -> put(server, bucket, policy.deny("*", "s3:GetObject"));
            case POLICY_FOR_NONE_BUT_TWO ->
                put(server, bucket, policy.denyAllBut(ANNA.id(), BORIS.id()).allow("*", "s3:GetObject"));
            case POLICY_OF_ACTIONS_LEFT_OVER ->
                put(
                        server,
                        bucket,
                        policy.statement("\"Effect\":\"Allow\",\"Principal\":{\"CanonicalUser\":\"" + BORIS.id()
                                + "\"},\"NotAction\":[\"s3:Put*\",\"s3:Delete*\",\"s3:List*\"],"
                                + "\"Resource\":[\"arn:aws:s3:::%s\",\"arn:aws:s3:::%s/*\"]"));
            case POLICY_OF_RESOURCES_LEFT_OVER ->
                put(
                        server,
                        bucket,
                        policy.statement("\"Effect\":\"Allow\",\"Principal\":{\"AWS\":\"" + BORIS.id()
                                + "\"},\"Action\":\"s3:GetObject\",\"NotResource\":\"arn:aws:s3:::%s/other*\""));
            case POLICY_OF_ANOTHER_KEY ->
                put(
                        server,
                        bucket,
                        policy.statement("\"Effect\":\"Allow\",\"Principal\":{\"AWS\":\"" + BORIS.id()
                                + "\"},\"Action\":\"s3:*\",\"Resource\":\"arn:aws:s3:::%s/kep\""));
            case OBJECT_LIST_TO_ALL_IGNORED -> shut(server, bucket, true, false);
            case OBJECT_LIST_SWITCHED_OFF -> own(server, bucket, "BucketOwnerEnforced");
            case BUCKET_LIST_READS_TO_ONE ->
                grant(server, bucket, "x-amz-grant-read", "emailAddress=\"boris@example.com\"");
            case BUCKET_LIST_WRITES_TO_ONE -> grant(server, bucket, "x-amz-grant-write", "id=" + BORIS.id());
            case BUCKET_LIST_TO_ALL -> grant(server, bucket, "x-amz-acl", "public-read-write");
        }
    }

    private static void grant(SkerryServer server, String bucket, String header, String grantee) {
        ANNA.must(
                server,
                Attempt.bucket("PUT", server.s3(), bucket).query("acl", "").header(header, grantee));
    }

    private static void put(SkerryServer server, String bucket, PolicyText policy) {
        ANNA.must(
                server,
                Attempt.bucket("PUT", server.s3(), bucket).query("policy", "").body(policy.text()));
    }

    private static void own(SkerryServer server, String bucket, String ownership) {
        ANNA.must(
                server,
                Attempt.bucket("PUT", server.s3(), bucket)
                        .query("ownershipControls", "")
                        .body("<OwnershipControls><Rule><ObjectOwnership>" + ownership
                                + "</ObjectOwnership></Rule></OwnershipControls>"));
    }

    private static void unblock(SkerryServer server, String bucket) {
        ANNA.must(server, Attempt.bucket("DELETE", server.s3(), bucket).query("publicAccessBlock", ""));
    }

    private static void shut(SkerryServer server, String bucket, boolean ignoreLists, boolean restrict) {
        ANNA.must(
                server,
                Attempt.bucket("PUT", server.s3(), bucket)
                        .query("publicAccessBlock", "")
                        .body(
                                ("<PublicAccessBlockConfiguration><IgnorePublicAcls>%s</IgnorePublicAcls><RestrictPublicBuckets>%s"
                                                + "</RestrictPublicBuckets></PublicAccessBlockConfiguration>")
                                        .formatted(ignoreLists, restrict)));
    }
}
