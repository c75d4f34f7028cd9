package dev.skerry.s3.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skerry.blob.access.AccessList;
import dev.skerry.blob.access.AccessList.Grant;
import dev.skerry.blob.access.Grantee;
import dev.skerry.blob.access.Permission;
import dev.skerry.blob.failure.StoreException;
import dev.skerry.s3.auth.Identities;
import dev.skerry.s3.auth.Identity;
import dev.skerry.s3.error.S3ErrorCode;
import dev.skerry.s3.error.S3Exception;
import dev.skerry.s3.xml.XmlElement;
import dev.skerry.s3.xml.XmlLimits;
import dev.skerry.s3.xml.XmlReader;
import dev.skerry.s3.xml.XmlWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class AccessListsTest {
    private static final Grantees GRANTEES = new Grantees(new Identities(
            List.of(new Identities.Credential(
                    "A", "a", new Identity("alice", "Alice", "alice-id", "Alice@example.com", Identity.Kind.USER))),
            Identities.Anonymous.NONE));
    private static final AccessListHeaders HEADERS = new AccessListHeaders(GRANTEES);
    private static final AccessListXml DOCUMENTS = new AccessListXml(GRANTEES);
    private static final Grant ALICE = new Grant(new Grantee.Identity("alice-id"), Permission.FULL_CONTROL);

    private static Optional<AccessList> headers(String... pairs) {
        Map<String, List<String>> headers = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            headers.computeIfAbsent(pairs[i], _ -> new ArrayList<>()).add(pairs[i + 1]);
        }
        return HEADERS.read(headers, "o", "bucket-owner");
    }

    private static List<String> shown(Optional<AccessList> list) {
        return list.orElseThrow().grants().stream()
                .map(grant -> switch (grant.grantee()) {
                            case Grantee.Identity(String id) -> id;
                            case Grantee.Everyone _ -> "all";
                            case Grantee.Authenticated _ -> "signed";
                            case Grantee.LogDelivery _ -> "logs";
                        }
                        + " " + grant.permission())
                .toList();
    }

    private static void assertRefused(S3ErrorCode code, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        S3Exception.class, refusal -> assertThat(refusal.code()).isEqualTo(code));
    }

    @Test
    void cannedListsStandForGrants() {
        Map<String, List<String>> table = Map.of(
                "private", List.of("o FULL_CONTROL"),
                "public-read", List.of("all READ", "o FULL_CONTROL"),
                "public-read-write", List.of("all READ", "all WRITE", "o FULL_CONTROL"),
                "authenticated-read", List.of("signed READ", "o FULL_CONTROL"),
                "bucket-owner-read", List.of("o FULL_CONTROL", "bucket-owner READ"),
                "log-delivery-write", List.of("logs WRITE", "logs READ_ACL", "o FULL_CONTROL"),
                "bucket-owner-full-control", List.of("o FULL_CONTROL", "bucket-owner FULL_CONTROL"));
        table.forEach((name, grants) ->
                assertThat(shown(headers("x-amz-acl", name))).as(name).isEqualTo(grants));
        assertRefused(S3ErrorCode.INVALID_ARGUMENT, () -> headers("x-amz-acl", "public"));
        assertRefused(S3ErrorCode.NOT_IMPLEMENTED, () -> headers("x-amz-acl", "aws-exec-read"));
    }

    @Test
    void theDeliveryOfLogsIsNeitherARequesterNorThePublic() {
        AccessList list = headers("x-amz-acl", "log-delivery-write").orElseThrow();
        assertThat(list.isPublic()).isFalse();
        assertThat(new Grantee.LogDelivery().includes(Identity.ANONYMOUS.requester()))
                .isFalse();
    }

    @Test
    void grantHeadersNameByIdMailAndGroup() {
        assertThat(headers()).isEmpty();
        assertThat(shown(headers(
                        "x-amz-grant-read",
                        "id=\"alice-id\", emailAddress=\"ALICE@example.com\"",
                        "x-amz-grant-read",
                        "uri=\"http://acs.amazonaws.com/groups/global/AllUsers\"",
                        "x-amz-grant-write-acp",
                        "id=o")))
                .containsExactly("alice-id READ", "alice-id READ", "all READ", "o WRITE_ACL");
        assertRefused(S3ErrorCode.INVALID_ARGUMENT, () -> headers("x-amz-grant-read", "id=nobody"));
        assertRefused(S3ErrorCode.INVALID_ARGUMENT, () -> headers("x-amz-grant-read", "alice-id"));
        assertRefused(S3ErrorCode.INVALID_ARGUMENT, () -> headers("x-amz-grant-read", ""));
        assertRefused(S3ErrorCode.INVALID_ARGUMENT, () -> headers("x-amz-grant-everything", "id=alice-id"));
        assertRefused(S3ErrorCode.INVALID_ARGUMENT, () -> headers("x-amz-grant-read", "uri=http://example.com/"));
        assertRefused(
                S3ErrorCode.UNRESOLVABLE_GRANT_BY_EMAIL_ADDRESS,
                () -> headers("x-amz-grant-read", "emailAddress=nobody@example.com"));
        assertRefused(
                S3ErrorCode.INVALID_REQUEST, () -> headers("x-amz-acl", "private", "x-amz-grant-read", "id=alice-id"));
    }

    @Test
    void documentsAreReadAsTheyAreWritten() {
        List<Grant> grants = new ArrayList<>();
        for (Permission permission : Permission.values()) {
            grants.add(new Grant(new Grantee.Everyone(), permission));
            grants.add(new Grant(new Grantee.Authenticated(), permission));
            grants.add(new Grant(new Grantee.LogDelivery(), permission));
            grants.add(new Grant(new Grantee.Identity("alice-id"), permission));
        }
        for (AccessList list : List.of(new AccessList(grants), new AccessList(List.of()), AccessList.ofOwner("o"))) {
            byte[] wire = XmlWriter.write(AccessListXml.write(list, "o", id -> "<" + id), XmlWriter.S3_NAMESPACE);
            AccessList back = DOCUMENTS.read(XmlReader.parse(wire, XmlLimits.DEFAULT), "o", "o");
            assertThat(back.grants()).containsExactlyInAnyOrderElementsOf(list.grants());
            assertThat(AccessListJson.read(AccessListJson.write(list, "o"), "o"))
                    .isEqualTo(list);
        }
    }

    @Test
    void theOwnerAloneIsNotWrittenDown() {
        assertThat(AccessListJson.write(AccessList.ofOwner("o"), "o")).isNull();
        assertThat(AccessListJson.write(new AccessList(List.of(ALICE)), "o")).isNotNull();
        assertThat(AccessListJson.write(new AccessList(List.of()), "o")).isEqualTo("[]");
        assertThatThrownBy(() -> AccessListJson.read("[{\"permission\":\"ALL\"}]", "o"))
                .isInstanceOf(StoreException.class);
        assertThatThrownBy(() -> AccessListJson.read("[", "o")).isInstanceOf(StoreException.class);
    }

    @Test
    void malformedDocumentsAreRefused() {
        String grant = "<Grant><Grantee><ID>alice-id</ID></Grantee><Permission>READ</Permission></Grant>";
        assertThat(read("<Owner><ID>o</ID></Owner><AccessControlList>" + grant + "</AccessControlList>")
                        .grants())
                .hasSize(1);
        for (String inner : List.of(
                "<AccessControlList>" + grant + "</AccessControlList>",
                "<Owner><ID>o</ID></Owner>",
                "<Owner><ID>o</ID></Owner><AccessControlList><Other/></AccessControlList>",
                "<Owner><ID>o</ID></Owner><AccessControlList>" + grant.replace("READ", "ALL") + "</AccessControlList>",
                "<Owner><ID>o</ID></Owner><AccessControlList><Grant><Permission>READ</Permission></Grant>"
                        + "</AccessControlList>",
                "<Owner><ID>o</ID></Owner><AccessControlList>" + grant.repeat(101) + "</AccessControlList>")) {
            assertRefused(S3ErrorCode.MALFORMED_ACL, () -> read(inner));
        }
        assertRefused(
                S3ErrorCode.ACCESS_DENIED,
                () -> read("<Owner><ID>alice-id</ID></Owner><AccessControlList></AccessControlList>"));
        assertRefused(
                S3ErrorCode.INVALID_ARGUMENT,
                () -> read("<Owner><ID>o</ID></Owner><AccessControlList>" + grant.replace("alice-id", "x")
                        + "</AccessControlList>"));
    }

    private static AccessList read(String inner) {
        XmlElement document = XmlReader.parse(
                ("<AccessControlPolicy>" + inner + "</AccessControlPolicy>").getBytes(StandardCharsets.UTF_8),
                XmlLimits.DEFAULT);
        return DOCUMENTS.read(document, "o", "o");
    }
}
