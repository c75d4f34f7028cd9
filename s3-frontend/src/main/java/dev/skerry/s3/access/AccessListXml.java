package dev.skerry.s3.access;

import dev.skerry.blob.access.AccessList;
import dev.skerry.blob.access.AccessList.Grant;
import dev.skerry.blob.access.Grantee;
import dev.skerry.blob.access.Permission;
import dev.skerry.s3.error.S3ErrorCode;
import dev.skerry.s3.error.S3Exception;
import dev.skerry.s3.xml.XmlElement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;

/** S3's {@code AccessControlPolicy}. */
public final class AccessListXml {
    /** The root element. */
    public static final String ROOT = "AccessControlPolicy";

    private static final String LIST = "AccessControlList";
    private static final int MAX_GRANTS = 100;

    private final Grantees grantees;

    /** With those whom grants may name. */
    public AccessListXml(Grantees grantees) {
        this.grantees = grantees;
    }

    /**
     * A list as S3 shows it. S3 promises no order; groups come first, so that what is public shows at once.
     *
     * @param displayNames of canonical ids
     */
    public static XmlElement write(AccessList list, String ownerId, Function<String, String> displayNames) {
        XmlElement policy = new XmlElement(ROOT);
        policy.child("Owner").add("ID", ownerId).add("DisplayName", displayNames.apply(ownerId));
        XmlElement grants = policy.child(LIST);
        List<Grant> ordered = new ArrayList<>(list.grants());
        ordered.sort(Comparator.comparing(grant -> !grant.grantee().isPublic()));
        for (Grant grant : ordered) {
            XmlElement entry = grants.child("Grant");
            XmlElement grantee = entry.child("Grantee");
            switch (grant.grantee()) {
                case Grantee.Identity(String id) ->
                    grantee.xsiType("CanonicalUser").add("ID", id).add("DisplayName", displayNames.apply(id));
                case Grantee.Everyone _ -> grantee.xsiType("Group").add("URI", Grantees.ALL_USERS);
                case Grantee.Authenticated _ -> grantee.xsiType("Group").add("URI", Grantees.AUTHENTICATED_USERS);
                case Grantee.LogDelivery _ -> grantee.xsiType("Group").add("URI", Grantees.LOG_DELIVERY);
            }
            entry.add("Permission", name(grant.permission()));
        }
        return policy;
    }

    /**
     * Reads a list.
     *
     * @param ownerId whom the document must name as the owner, where it names one
     * @throws S3Exception with MalformedACLError, AccessDenied, InvalidArgument or UnresolvableGrantByEmailAddress
     */
    public AccessList read(XmlElement policy, String ownerId, String bucketOwnerId) {
        if (!policy.name().equals(ROOT)) {
            throw malformed();
        }
        String owner = policy.first("Owner")
                .flatMap(element -> element.textOf("ID"))
                .map(String::strip)
                .orElseThrow(AccessListXml::malformed);
        if (!owner.equals(ownerId)) {
            throw new S3Exception(S3ErrorCode.ACCESS_DENIED);
        }
        List<XmlElement> entries =
                policy.first(LIST).orElseThrow(AccessListXml::malformed).children();
        if (entries.size() > MAX_GRANTS
                || !entries.stream().allMatch(entry -> entry.name().equals("Grant"))) {
            throw malformed();
        }
        List<Grant> grants = new ArrayList<>();
        for (XmlElement entry : entries) {
            XmlElement grantee = entry.first("Grantee").orElseThrow(AccessListXml::malformed);
            String permission = entry.textOf("Permission").orElseThrow(AccessListXml::malformed);
            grants.add(new Grant(grantee(grantee, List.of(ownerId, bucketOwnerId)), permission(permission.strip())));
        }
        return new AccessList(grants);
    }

    private Grantee grantee(XmlElement element, List<String> owners) {
        String type = element.xsiType().orElseGet(() -> typeByContent(element));
        return switch (type) {
            case "CanonicalUser" -> grantees.byId(text(element, "ID"), owners);
            case "AmazonCustomerByEmail" -> grantees.byEmail(text(element, "EmailAddress"));
            case "Group" -> Grantees.byUri(text(element, "URI"));
            default -> throw malformed();
        };
    }

    private static String typeByContent(XmlElement element) {
        if (element.first("ID").isPresent()) {
            return "CanonicalUser";
        }
        return element.first("URI").isPresent() ? "Group" : "AmazonCustomerByEmail";
    }

    private static String text(XmlElement element, String child) {
        return element.textOf(child).map(String::strip).orElseThrow(AccessListXml::malformed);
    }

    private static String name(Permission permission) {
        return switch (permission) {
            case READ -> "READ";
            case WRITE -> "WRITE";
            case READ_ACL -> "READ_ACP";
            case WRITE_ACL -> "WRITE_ACP";
            case FULL_CONTROL -> "FULL_CONTROL";
        };
    }

    private static Permission permission(String name) {
        for (Permission permission : Permission.values()) {
            if (name(permission).equals(name)) {
                return permission;
            }
        }
        throw malformed();
    }

    private static S3Exception malformed() {
        return new S3Exception(S3ErrorCode.MALFORMED_ACL);
    }
}
