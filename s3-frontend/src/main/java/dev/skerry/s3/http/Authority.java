package dev.skerry.s3.http;

import dev.skerry.blob.BlobId;
import dev.skerry.blob.BlobMeta;
import dev.skerry.blob.VersionSelector;
import dev.skerry.blob.access.AccessDecision;
import dev.skerry.blob.access.AccessList;
import dev.skerry.blob.access.AccessRequest;
import dev.skerry.blob.access.AccessRules;
import dev.skerry.blob.access.BlobAccess;
import dev.skerry.blob.access.Need;
import dev.skerry.blob.access.Permission;
import dev.skerry.blob.access.RequestContext;
import dev.skerry.blob.access.Requester;
import dev.skerry.blob.failure.StoreException;
import dev.skerry.blob.failure.StoreFailure;
import dev.skerry.s3.access.AccessListJson;
import dev.skerry.s3.error.S3ErrorCode;
import dev.skerry.s3.error.S3Exception;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts what one request wants to do to the decision function, with what the bucket and the object say of it, and
 * refuses where the answer is no. Of the request's thread.
 */
final class Authority {
    private static final Logger log = LoggerFactory.getLogger(Authority.class);

    private static final String BYPASS_GOVERNANCE = "s3:BypassGovernanceRetention";

    private final Requester requester;
    private final Supplier<RequestContext> contexts;
    private final StoredObjects objects;
    private final UnsignedRequests unsigned;

    /** Of the request's thread. */
    private @Nullable RequestContext context;

    /** {@code contexts} is asked once, and only where a policy has to be judged. */
    Authority(
            Requester requester, Supplier<RequestContext> contexts, StoredObjects objects, UnsignedRequests unsigned) {
        this.requester = requester;
        this.contexts = contexts;
        this.objects = objects;
        this.unsigned = unsigned;
    }

    Requester requester() {
        return requester;
    }

    /** The same with the tags the request gives. */
    Authority withTags(Map<String, String> tags) {
        return changed(before -> Conditions.withRequestTags(before, tags));
    }

    /** The same with the lock the request gives its object. */
    Authority withLock(Map<String, String> lock) {
        return changed(before -> Conditions.withLock(before, lock));
    }

    /** The same with another context. */
    Authority changed(UnaryOperator<RequestContext> change) {
        return new Authority(requester, () -> change.apply(context()), objects, unsigned);
    }

    private RequestContext context() {
        if (context == null) {
            context = contexts.get();
        }
        return context;
    }

    /**
     * Refuses where the deed is not allowed.
     *
     * @return the object that was judged; empty where none had to be looked at
     * @throws S3Exception with AccessDenied
     * @throws StoreException with {@code NoSuchBlob} or {@code NoSuchVersion} where nothing is there, the deed would
     *     not be allowed, and the requester may know that nothing is there
     */
    Optional<BlobId> require(Deed deed) {
        AccessRequest request = request(deed);
        if (!deed.isOfKey() || !mustLook(deed, request)) {
            require(deed, AccessRules.decide(request));
            return Optional.empty();
        }
        Optional<BlobMeta> found = find(deed);
        if (found.isEmpty() && Needs.isOfObject(deed.operation())) {
            requireMissing(deed, request);
            return Optional.empty();
        }
        require(
                deed,
                AccessRules.decide(request.withBlob(found.map(Authority::access).orElse(null))));
        return found.map(BlobMeta::blobId);
    }

    /** Whether the object itself could make a difference, be it by not being there. */
    private boolean mustLook(Deed deed, AccessRequest request) {
        boolean stranger = requester.kind() != Requester.Kind.UNRESTRICTED
                && !requester.is(deed.bucket().ownerId());
        return AccessRules.dependsOnBlob(request) || (stranger && Needs.isOfObject(deed.operation()));
    }

    /** The decision on a deed of a bucket, for which no object has to be looked at. */
    AccessDecision decide(Deed deed) {
        return AccessRules.decide(request(deed));
    }

    /** Whether the decision on a deed depends on the object itself. */
    boolean dependsOnObject(Deed deed) {
        return AccessRules.dependsOnBlob(request(deed));
    }

    /** Refuses where the object opened is not the one judged and may not be read either. */
    void requireSame(Deed deed, Optional<BlobId> judged, BlobMeta opened) {
        AccessRequest request = request(deed);
        boolean other = AccessRules.dependsOnBlob(request)
                && judged.filter(opened.blobId()::equals).isEmpty();
        if (other) {
            require(deed, AccessRules.decide(request.withBlob(access(opened))));
        }
    }

    /** Whether the deed may set retention of the mode GOVERNANCE aside; that takes the bucket's owner or its policy. */
    boolean mayBypassGovernance(Deed deed) {
        return AccessRules.decide(question(deed, BYPASS_GOVERNANCE, new Need.OfBucket(null)))
                .allowed();
    }

    /** What is to be decided where an action is asked for by its name; the object is in it where it counts. */
    AccessRequest question(Deed deed, String action, Need need) {
        // what the settings open is the operation, and no action beside it
        boolean open = action.equalsIgnoreCase(deed.action()) && unsigned.mayDo(deed.operation());
        AccessRequest request = request(deed, action, need, open);
        return deed.isOfKey() && AccessRules.dependsOnBlob(request)
                ? request.withBlob(find(deed).map(Authority::access).orElse(null))
                : request;
    }

    /**
     * Refuses where a write asks for something more, a list, tags or a lock, and that is not allowed.
     *
     * @param also the operation that would give it
     * @param permission of the bucket, that allows it too; null where none does
     * @param implied whether it is allowed wherever no policy denies it
     */
    void requireAlso(Deed deed, S3Operation also, @Nullable Permission permission, boolean implied) {
        AccessDecision decision =
                AccessRules.decide(request(deed, also.action(), new Need.OfBucket(permission), unsigned.mayDo(also)));
        if (decision instanceof AccessDecision.Denied(String _, boolean explicit) && (explicit || !implied)) {
            require(deed, decision);
        }
    }

    /**
     * What is not there is nobody's secret to whoever may list the bucket; to all others it is. Where the deed itself
     * would not be allowed the answer is given here, so that an object that appears meanwhile is not touched.
     *
     * @throws StoreException with {@code NoSuchBlob} or {@code NoSuchVersion}
     */
    private void requireMissing(Deed deed, AccessRequest request) {
        AccessDecision direct = AccessRules.decide(request);
        if (direct instanceof AccessDecision.Denied(String _, boolean explicit) && explicit) {
            require(deed, direct);
        }
        Deed listing = new Deed(S3Operation.LIST_OBJECTS, deed.bucket(), null, null, null);
        String prefix = deed.key() == null ? "" : deed.key();
        AccessDecision decision = AccessRules.decide(
                changed(before -> Conditions.withListing(before, prefix, "")).request(listing));
        require(deed, decision);
        if (!direct.allowed()) {
            Deed.Version version = deed.version();
            throw new StoreException(
                    version == null
                            ? new StoreFailure.NoSuchBlob(deed.path())
                            : new StoreFailure.NoSuchVersion(deed.path(), version.text()));
        }
    }

    private void require(Deed deed, AccessDecision decision) {
        if (decision.allowed() || isOwnUpload(deed, decision)) {
            return;
        }
        log.debug(
                "denied identity={} operation={} reason={}",
                requester.name(),
                deed.operation().wireName(),
                decision.reason());
        throw new S3Exception(S3ErrorCode.ACCESS_DENIED);
    }

    /** Whoever began an upload may see its parts and end it, unless a policy denies that. */
    private boolean isOwnUpload(Deed deed, AccessDecision decision) {
        boolean ofUpload =
                deed.operation() == S3Operation.ABORT_MULTIPART_UPLOAD || deed.operation() == S3Operation.LIST_PARTS;
        return ofUpload
                && deed.uploadId() != null
                && deed.isOfKey()
                && decision instanceof AccessDecision.Denied(String _, boolean explicit)
                && !explicit
                && objects.initiator(deed.path(), deed.uploadId())
                        .filter(requester::is)
                        .isPresent();
    }

    private AccessRequest request(Deed deed) {
        return request(deed, deed.action(), deed.need(), unsigned.mayDo(deed.operation()));
    }

    private AccessRequest request(Deed deed, String action, Need need, boolean open) {
        return new AccessRequest(
                requester,
                action,
                deed.resource(),
                need,
                deed.bucket(),
                null,
                asksForContext(deed) ? context() : RequestContext.EMPTY,
                open);
    }

    private boolean asksForContext(Deed deed) {
        return deed.bucket().policy() != null && requester.kind() != Requester.Kind.UNRESTRICTED;
    }

    private Optional<BlobMeta> find(Deed deed) {
        Deed.Version version = deed.version();
        if (version == null) {
            return objects.object(deed.path(), VersionSelector.CURRENT);
        }
        return Optional.ofNullable(version.selector()).flatMap(selector -> objects.object(deed.path(), selector));
    }

    private static BlobAccess access(BlobMeta meta) {
        String owner = meta.attributes().ownerId();
        AccessList list = AccessListJson.read(meta.attributes().acl(), owner);
        return new BlobAccess(owner, list, meta.attributes().tags());
    }

    /**
     * Refuses where the tags of an object that is copied may not be read.
     *
     * @param implied whether they may be wherever no policy denies it
     */
    void requireTagsOf(Deed read, BlobMeta source, boolean implied) {
        Deed deed =
                new Deed(S3Operation.GET_OBJECT_TAGGING, read.bucket(), read.key(), read.version(), read.uploadId());
        AccessDecision decision = AccessRules.decide(request(deed).withBlob(access(source)));
        if (decision instanceof AccessDecision.Denied(String _, boolean explicit) && (explicit || !implied)) {
            require(deed, decision);
        }
    }

    /** Decides on what concerns no bucket that exists: everyone known may, others what the settings say. */
    static void requireWithoutBucket(Requester requester, S3Operation operation, UnsignedRequests unsigned) {
        boolean concernsNone =
                operation == S3Operation.CREATE_BUCKET || operation.resource() == S3Operation.Resource.SERVICE;
        if (concernsNone && requester.kind() == Requester.Kind.ANONYMOUS && !unsigned.mayDo(operation)) {
            throw new S3Exception(S3ErrorCode.ACCESS_DENIED);
        }
    }
}
