package dev.skerry.s3.access;

import dev.skerry.blob.access.AccessList;
import dev.skerry.blob.access.AccessList.Grant;
import dev.skerry.blob.access.Grantee;
import dev.skerry.blob.access.Permission;
import dev.skerry.s3.error.S3ErrorCode;
import dev.skerry.s3.error.S3Exception;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Access lists as headers say them: {@code x-amz-acl} or {@code x-amz-grant-*}.
 *
 * @see <a href="https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html#canned-acl">Canned ACL</a>
 */
public final class AccessListHeaders {
    /** The header of a canned list. */
    public static final String CANNED = "x-amz-acl";

    /** What makes the bucket's owner the object's owner where that is preferred. */
    public static final String BUCKET_OWNER_FULL_CONTROL = "bucket-owner-full-control";

    /** The canned list that has the owner alone. */
    public static final String PRIVATE = "private";

    private static final String GRANT = "x-amz-grant-";
    private static final Pattern NAMED = Pattern.compile("\\s*(\\w+)\\s*=\\s*(?:\"([^\"]*)\"|([^,\"]*))\\s*(?:,|$)");
    private static final Map<String, Permission> PERMISSIONS = permissions();

    private final Grantees grantees;

    /** With those whom grants may name. */
    public AccessListHeaders(Grantees grantees) {
        this.grantees = grantees;
    }

    private static Map<String, Permission> permissions() {
        Map<String, Permission> permissions = new LinkedHashMap<>();
        permissions.put("read", Permission.READ);
        permissions.put("write", Permission.WRITE);
        permissions.put("read-acp", Permission.READ_ACL);
        permissions.put("write-acp", Permission.WRITE_ACL);
        permissions.put("full-control", Permission.FULL_CONTROL);
        return permissions;
    }

    /** Whether a request has such headers. */
    public static boolean any(Map<String, List<String>> headers) {
        return headers.containsKey(CANNED) || headers.keySet().stream().anyMatch(name -> name.startsWith(GRANT));
    }

    /**
     * What the headers say; empty where they say nothing.
     *
     * @param headers by lower-case name
     * @param ownerId of what the list is for
     * @param bucketOwnerId of the bucket, which {@code bucket-owner-read} and its like mean
     * @throws S3Exception with InvalidArgument, InvalidRequest, UnresolvableGrantByEmailAddress or NotImplemented
     */
    public Optional<AccessList> read(Map<String, List<String>> headers, String ownerId, String bucketOwnerId) {
        List<Grant> granted = new ArrayList<>();
        boolean named = false;
        for (String name : headers.keySet()) {
            if (name.startsWith(GRANT) && !PERMISSIONS.containsKey(name.substring(GRANT.length()))) {
                throw invalid(name, String.join(",", headers.getOrDefault(name, List.of())));
            }
        }
        for (Map.Entry<String, Permission> entry : PERMISSIONS.entrySet()) {
            List<String> values = headers.get(GRANT + entry.getKey());
            if (values != null) {
                named = true;
                for (Grantee grantee :
                        grantees(GRANT + entry.getKey(), String.join(",", values), List.of(ownerId, bucketOwnerId))) {
                    granted.add(new Grant(grantee, entry.getValue()));
                }
            }
        }
        List<String> canned = headers.get(CANNED);
        if (canned == null) {
            return named ? Optional.of(new AccessList(granted)) : Optional.empty();
        }
        if (named) {
            throw new S3Exception(
                    S3ErrorCode.INVALID_REQUEST, "Specifying both Canned ACLs and Header Grants is not allowed");
        }
        return Optional.of(canned(canned.getFirst(), ownerId, bucketOwnerId));
    }

    private static AccessList canned(String name, String ownerId, String bucketOwnerId) {
        Grant owner = new Grant(new Grantee.Identity(ownerId), Permission.FULL_CONTROL);
        return new AccessList(
                switch (name) {
                    case PRIVATE -> List.of(owner);
                    case "public-read" -> List.of(new Grant(new Grantee.Everyone(), Permission.READ), owner);
                    case "public-read-write" ->
                        List.of(
                                new Grant(new Grantee.Everyone(), Permission.READ),
                                new Grant(new Grantee.Everyone(), Permission.WRITE),
                                owner);
                    case "authenticated-read" ->
                        List.of(new Grant(new Grantee.Authenticated(), Permission.READ), owner);
                    case "bucket-owner-read" -> withBucketOwner(owner, ownerId, bucketOwnerId, Permission.READ);
                    case BUCKET_OWNER_FULL_CONTROL ->
                        withBucketOwner(owner, ownerId, bucketOwnerId, Permission.FULL_CONTROL);
                    case "log-delivery-write" ->
                        List.of(
                                new Grant(new Grantee.LogDelivery(), Permission.WRITE),
                                new Grant(new Grantee.LogDelivery(), Permission.READ_ACL),
                                owner);
                    case "aws-exec-read" ->
                        throw new S3Exception(
                                S3ErrorCode.NOT_IMPLEMENTED, "The canned ACL " + name + " is not implemented.");
                    default -> throw invalid(CANNED, name);
                });
    }

    private static List<Grant> withBucketOwner(
            Grant owner, String ownerId, String bucketOwnerId, Permission permission) {
        return ownerId.equals(bucketOwnerId)
                ? List.of(owner)
                : List.of(owner, new Grant(new Grantee.Identity(bucketOwnerId), permission));
    }

    private List<Grantee> grantees(String header, String value, List<String> owners) {
        List<Grantee> found = new ArrayList<>();
        Matcher named = NAMED.matcher(value);
        int end = 0;
        while (end < value.length() && named.find() && named.start() == end) {
            String whom = named.group(2) == null ? named.group(3).strip() : named.group(2);
            found.add(
                    switch (named.group(1)) {
                        case "id" -> grantees.byId(whom, owners);
                        case "emailAddress" -> grantees.byEmail(whom);
                        case "uri" -> Grantees.byUri(whom);
                        default -> throw invalid(header, value);
                    });
            end = named.end();
        }
        if (end < value.length() || found.isEmpty()) {
            throw invalid(header, value);
        }
        return found;
    }

    private static S3Exception invalid(String header, String value) {
        return S3Exception.of(
                S3ErrorCode.INVALID_ARGUMENT,
                S3ErrorCode.INVALID_ARGUMENT.message(),
                "ArgumentName",
                header,
                "ArgumentValue",
                value);
    }
}
