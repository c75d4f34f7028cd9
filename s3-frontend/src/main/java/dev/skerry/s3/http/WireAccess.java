package dev.skerry.s3.http;

import dev.skerry.blob.BlobId;
import dev.skerry.blob.BlobMeta;
import dev.skerry.blob.access.Permission;
import dev.skerry.blob.access.Requester;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a request from the wire may do, once it has been let through to its operation. */
final class WireAccess implements S3Access {
    /**
     * A deed that was allowed.
     *
     * @param deed which
     * @param object the object that was looked at for it, if one was
     */
    record Judged(Deed deed, Optional<BlobId> object) {}

    private final Authority authority;
    private final @Nullable Judged own;
    private final @Nullable Judged source;
    private final boolean tagsImplied;

    /**
     * {@code own} is null where the request is about no bucket that exists, {@code source} where it copies nothing;
     * {@code tagsImplied} says whether who may copy an object may copy its tags, unless a policy denies it.
     */
    WireAccess(Authority authority, @Nullable Judged own, @Nullable Judged source, boolean tagsImplied) {
        this.authority = authority;
        this.own = own;
        this.source = source;
        this.tagsImplied = tagsImplied;
    }

    @Override
    public Requester requester() {
        return authority.requester();
    }

    @Override
    public void requireDelete(String key, @Nullable String versionId) {
        authority.require(
                new Deed(S3Operation.DELETE_OBJECT, own().deed().bucket(), key, Deed.Version.of(versionId), null));
    }

    @Override
    public boolean mayBypassGovernance(String key, @Nullable String versionId) {
        return authority.mayBypassGovernance(
                new Deed(S3Operation.DELETE_OBJECT, own().deed().bucket(), key, Deed.Version.of(versionId), null));
    }

    @Override
    public void requireTags(Map<String, String> tags) {
        // without a policy tags make no difference, and the request was judged already
        if (own().deed().bucket().policy() != null) {
            authority.withTags(tags).require(own().deed());
        }
    }

    @Override
    public void requireLock(Map<String, String> lock) {
        // without a policy it makes no difference either
        if (own().deed().bucket().policy() != null) {
            authority.withLock(lock).require(own().deed());
        }
    }

    @Override
    public void requireCopyOfTags(BlobMeta opened) {
        if (source != null && !opened.attributes().tags().isEmpty()) {
            authority.requireTagsOf(source.deed(), opened, tagsImplied);
            authority.requireAlso(own().deed(), S3Operation.PUT_OBJECT_TAGGING, Permission.WRITE, tagsImplied);
        }
    }

    @Override
    public boolean dependsOnObject() {
        return authority.dependsOnObject(own().deed());
    }

    @Override
    public void requireSame(BlobMeta opened) {
        authority.requireSame(own().deed(), own().object(), opened);
    }

    @Override
    public void requireSameSource(BlobMeta opened) {
        if (source != null) {
            authority.requireSame(source.deed(), source.object(), opened);
        }
    }

    private Judged own() {
        if (own == null) {
            throw new IllegalStateException("the request is about no bucket (expected: an operation on one)");
        }
        return own;
    }
}
