package dev.skerry.blob.access;

import java.util.List;

/**
 * The grants of a bucket or a blob, in their order. Who owns it is not said here, and a list without a grant for the
 * owner is possible.
 *
 * @param grants in the order they were given
 */
public record AccessList(List<Grant> grants) {
    /** One permission for one grantee. */
    public record Grant(Grantee grantee, Permission permission) {}

    public AccessList {
        grants = List.copyOf(grants);
    }

    /** Full control for the owner and nothing else, which is what holds where nobody said otherwise. */
    public static AccessList ofOwner(String ownerId) {
        return new AccessList(List.of(new Grant(new Grantee.Identity(ownerId), Permission.FULL_CONTROL)));
    }

    /** Whether this says no more than {@link #ofOwner}. */
    public boolean isOwnerAlone(String ownerId) {
        return equals(ofOwner(ownerId));
    }

    /** Whether any grant is for everyone or for all who sign. */
    public boolean isPublic() {
        return grants.stream().anyMatch(grant -> grant.grantee().isPublic());
    }

    /** Whether the identity of that canonical id is named with full control. */
    public boolean givesFullControl(String canonicalId) {
        return grants.contains(new Grant(new Grantee.Identity(canonicalId), Permission.FULL_CONTROL));
    }

    /**
     * Whether a grant gives the requester the permission.
     *
     * @param ignorePublic whether grants to everyone and to all who sign count for nothing
     */
    public boolean gives(Requester requester, Permission permission, boolean ignorePublic) {
        return grants.stream()
                .anyMatch(grant -> grant.permission().includes(permission)
                        && !(ignorePublic && grant.grantee().isPublic())
                        && grant.grantee().includes(requester));
    }
}
