package dev.skerry.s3.http;

import dev.skerry.blob.access.AccessDecision;
import dev.skerry.blob.access.AccessRequest;
import dev.skerry.blob.access.AccessRules;
import dev.skerry.blob.access.BlobAccess;
import dev.skerry.blob.access.BucketAccess;
import dev.skerry.blob.access.Need;
import dev.skerry.blob.access.PublicAccessBlock;
import dev.skerry.blob.access.Requester;
import dev.skerry.blob.catalog.Bucket;
import dev.skerry.s3.Compatibility;
import dev.skerry.s3.access.BucketAccessReader;
import dev.skerry.s3.auth.Identities;
import dev.skerry.s3.auth.Identity;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Says why a request would be allowed or denied, by the very decision the request itself would get. Changes nothing.
 * Safe for many threads.
 */
public final class AccessExplainer {
    private final BucketAccessReader reader;
    private final Function<String, Optional<Bucket>> buckets;
    private final StoredObjects objects;
    private final Identities identities;
    private final UnsignedRequests unsigned;
    private final InstantSource clock;

    /** Over what is stored; {@code clock} is the time at which requests are thought to come. */
    public AccessExplainer(
            Compatibility compatibility,
            Function<String, Optional<Bucket>> buckets,
            StoredObjects objects,
            Identities identities,
            InstantSource clock) {
        this.reader = new BucketAccessReader(compatibility);
        this.buckets = buckets;
        this.objects = objects;
        this.identities = identities;
        this.unsigned = new UnsignedRequests(identities, compatibility);
        this.clock = clock;
    }

    /**
     * A request that nobody sent.
     *
     * @param identity the name of who would send it, {@code anonymous} for one without a signature
     * @param action as policies name it, {@code s3:GetObject}
     * @param bucket of which bucket
     * @param key of which object; null where the action is one on buckets
     * @param versionId of which version; null for the current one
     * @param brings what it would bring for conditions, by key
     */
    public record Question(
            String identity,
            String action,
            String bucket,
            @Nullable String key,
            @Nullable String versionId,
            Map<String, String> brings) {
        public Question {
            brings = Map.copyOf(brings);
        }
    }

    /**
     * The decision and what it came from. Blocks where the object has to be looked at.
     *
     * @return by name, for a document
     * @throws IllegalArgumentException where the question names what there is not
     */
    public Map<String, Object> explain(Question question) {
        Requester requester = requester(question.identity());
        BucketAccess bucket = reader.of(buckets.apply(question.bucket())
                .orElseThrow(() -> new IllegalArgumentException(
                        "bucket: " + question.bucket() + " (expected: one that is there)")));
        Optional<S3Operation> operation = operation(question.action());
        boolean ofObject = operation
                .map(found -> found.resource() == S3Operation.Resource.OBJECT)
                .orElse(question.key() != null);
        if (ofObject != (question.key() != null)) {
            throw new IllegalArgumentException("key: " + question.key() + " (expected: "
                    + (ofObject ? "one, for " : "none, for ") + question.action() + ")");
        }
        Deed deed = new Deed(
                operation.orElse(ofObject ? S3Operation.GET_OBJECT : S3Operation.HEAD_BUCKET),
                bucket,
                question.key(),
                Deed.Version.of(question.versionId()),
                null);
        Authority authority = new Authority(
                requester,
                () -> Conditions.ofNoRequest(requester, clock.instant(), question.brings()),
                objects,
                unsigned);
        Need need = operation
                .map(found -> Needs.of(found, !found.action().equalsIgnoreCase(question.action())))
                .orElse(new Need.OfBucket(null));
        AccessRequest asked = authority.question(deed, question.action(), need);
        return document(question, asked, AccessRules.decide(asked));
    }

    private Requester requester(String name) {
        if (name.equals(Identity.ANONYMOUS.name())) {
            return Requester.ANONYMOUS;
        }
        return identities.all().stream()
                .filter(identity -> identity.name().equals(name))
                .findFirst()
                .map(Identity::requester)
                .orElseThrow(() ->
                        new IllegalArgumentException("identity: " + name + " (expected: one of the configuration)"));
    }

    /** The operation whose action that is; some actions are part of others' operations and have none. */
    private static Optional<S3Operation> operation(String action) {
        String lower = action.toLowerCase(Locale.ROOT);
        return Arrays.stream(S3Operation.values())
                .filter(operation -> operation.action().toLowerCase(Locale.ROOT).equals(lower)
                        || Needs.action(operation, true)
                                .toLowerCase(Locale.ROOT)
                                .equals(lower))
                .findFirst();
    }

    private static Map<String, Object> document(Question question, AccessRequest asked, AccessDecision decision) {
        BucketAccess bucket = asked.bucket();
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("allowed", decision.allowed());
        document.put("reason", decision.reason());
        document.put("identity", question.identity());
        document.put("action", asked.action());
        document.put("resource", asked.resource());
        document.put("bucket_owner", bucket.ownerId());
        BlobAccess blob = asked.blob();
        if (blob != null) {
            document.put("object_owner", blob.ownerId());
        }
        document.put("ownership", bucket.ownership().name().toLowerCase(Locale.ROOT));
        document.put("access_lists_count", bucket.ownership().listsCount());
        document.put("policy", bucket.policy() != null);
        document.put(
                "policy_is_public", bucket.policy() != null && bucket.policy().isPublic());
        PublicAccessBlock block = bucket.block();
        document.put("block_public_acls", block.blockLists());
        document.put("ignore_public_acls", block.ignoreLists());
        document.put("block_public_policy", block.blockPolicy());
        document.put("restrict_public_buckets", block.restrictBucket());
        return document;
    }
}
