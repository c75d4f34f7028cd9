package dev.skerry.s3.access;

import dev.skerry.blob.access.Grantee;
import dev.skerry.s3.auth.Identities;
import dev.skerry.s3.error.S3ErrorCode;
import dev.skerry.s3.error.S3Exception;
import java.util.List;
import java.util.Map;

/** Whom S3's grants name, by id, by e-mail or as a group. */
public final class Grantees {
    /** The group of all, with a signature or without. */
    static final String ALL_USERS = "http://acs.amazonaws.com/groups/global/AllUsers";

    /** The group of all who sign. */
    static final String AUTHENTICATED_USERS = "http://acs.amazonaws.com/groups/global/AuthenticatedUsers";

    /** The group of who delivers server access logs. */
    static final String LOG_DELIVERY = "http://acs.amazonaws.com/groups/s3/LogDelivery";

    private final Identities identities;

    /** With those who may be named. */
    public Grantees(Identities identities) {
        this.identities = identities;
    }

    /**
     * The identity of a canonical id.
     *
     * @param owners ids that may be named though nobody has them any more
     * @throws S3Exception with InvalidArgument
     */
    Grantee byId(String id, List<String> owners) {
        if (!owners.contains(id) && identities.byCanonicalId(id).isEmpty()) {
            throw S3Exception.of(
                    S3ErrorCode.INVALID_ARGUMENT,
                    "Invalid id",
                    "ArgumentName",
                    "CanonicalUser/ID",
                    "ArgumentValue",
                    id);
        }
        return new Grantee.Identity(id);
    }

    /**
     * The identity of an e-mail address.
     *
     * @throws S3Exception with UnresolvableGrantByEmailAddress
     */
    Grantee byEmail(String email) {
        return identities
                .byEmail(email)
                .map(identity -> new Grantee.Identity(identity.canonicalId()))
                .orElseThrow(() -> new S3Exception(
                        S3ErrorCode.UNRESOLVABLE_GRANT_BY_EMAIL_ADDRESS,
                        S3ErrorCode.UNRESOLVABLE_GRANT_BY_EMAIL_ADDRESS.message(),
                        Map.of("EmailAddress", email)));
    }

    /**
     * The group of a URI.
     *
     * @throws S3Exception with InvalidArgument
     */
    static Grantee byUri(String uri) {
        return switch (uri) {
            case ALL_USERS -> new Grantee.Everyone();
            case AUTHENTICATED_USERS -> new Grantee.Authenticated();
            case LOG_DELIVERY -> new Grantee.LogDelivery();
            default ->
                throw S3Exception.of(
                        S3ErrorCode.INVALID_ARGUMENT,
                        "Invalid group uri",
                        "ArgumentName",
                        "Group/URI",
                        "ArgumentValue",
                        uri);
        };
    }
}
