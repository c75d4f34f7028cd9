package dev.skerry.s3.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skerry.blob.access.AccessList;
import dev.skerry.blob.access.AccessRequest;
import dev.skerry.blob.access.BlobAccess;
import dev.skerry.blob.access.BucketAccess;
import dev.skerry.blob.access.Need;
import dev.skerry.blob.access.Ownership;
import dev.skerry.blob.access.Policy;
import dev.skerry.blob.access.Policy.Verdict;
import dev.skerry.blob.access.PublicAccessBlock;
import dev.skerry.blob.access.RequestContext;
import dev.skerry.blob.access.Requester;
import dev.skerry.s3.error.S3ErrorCode;
import dev.skerry.s3.error.S3Exception;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PolicyJsonTest {
    private static final Requester ALICE = new Requester("alice", "alice-id", Requester.Kind.IDENTIFIED);
    private static final Requester BOB = new Requester("bob", "bob-id", Requester.Kind.IDENTIFIED);

    private static Policy read(String statement) {
        return PolicyJson.read(document(statement), "b");
    }

    /** With single quotes, which are easier on the eyes here. */
    private static String document(String statement) {
        return ("{'Version':'2012-10-17','Statement':[" + statement + "]}").replace('\'', '"');
    }

    private static Verdict judge(String statement, Requester requester, String action, String key) {
        return read(statement).judge(request(requester, action, key)).verdict();
    }

    private static AccessRequest request(Requester requester, String action, String key) {
        BucketAccess bucket =
                new BucketAccess("b", "o", Ownership.WRITER, PublicAccessBlock.NONE, AccessList.ofOwner("o"), null);
        RequestContext context = new RequestContext(Map.of("aws:username", List.of(requester.name())));
        String resource = key.isEmpty() ? "arn:aws:s3:::b" : "arn:aws:s3:::b/" + key;
        return new AccessRequest(requester, action, resource, new Need.OfBucket(null), bucket, null, context, false);
    }

    @Test
    void principalsAreNamedInManyWays() {
        Object[][] table = {
            {"'Principal':'*'", ALICE, true},
            {"'Principal':'*'", Requester.ANONYMOUS, true},
            {"'Principal':{'AWS':'*'}", Requester.ANONYMOUS, true},
            {"'Principal':{'CanonicalUser':'alice-id'}", ALICE, true},
            {"'Principal':{'CanonicalUser':'alice'}", ALICE, false},
            {"'Principal':{'AWS':'alice-id'}", ALICE, true},
            {"'Principal':{'AWS':'arn:aws:iam::alice-id:root'}", ALICE, true},
            {"'Principal':{'AWS':'arn:aws:iam::alice:user/alice'}", ALICE, true},
            {"'Principal':{'AWS':'arn:aws:iam:::user/alice'}", ALICE, true},
            {"'Principal':{'AWS':'arn:aws:iam:::user/alice'}", BOB, false},
            {"'Principal':{'AWS':'arn:aws:iam::bob:user/alice'}", ALICE, false},
            {"'Principal':{'AWS':['arn:aws:iam::x:root','bob-id']}", BOB, true},
            {"'Principal':{'AWS':'arn:aws:iam::alice:role/admin'}", ALICE, false},
            {"'Principal':{'Service':'logging.s3.amazonaws.com'}", ALICE, false},
        };
        for (Object[] row : table) {
            String statement = "{'Effect':'Allow'," + row[0] + ",'Action':'s3:*','Resource':'arn:aws:s3:::b/*'}";
            assertThat(judge(statement, (Requester) row[1], "s3:GetObject", "k"))
                    .as(row[0] + " " + row[1])
                    .isEqualTo((boolean) row[2] ? Verdict.ALLOWS : Verdict.SILENT);
        }
    }

    @Test
    void actionsAndResourcesHaveWildcards() {
        Object[][] table = {
            {"'Action':'s3:GetObject','Resource':'arn:aws:s3:::b/*'", "s3:GetObject", "k", true},
            {"'Action':'s3:getobject','Resource':'arn:aws:s3:::b/*'", "s3:GetObject", "k", true},
            {"'Action':'s3:Get*','Resource':'arn:aws:s3:::b/*'", "s3:GetObjectAcl", "k", true},
            {"'Action':'*','Resource':'*'", "s3:PutObject", "k", true},
            {"'Action':'s3:GetObject','Resource':'arn:aws:s3:::b'", "s3:GetObject", "k", false},
            {"'Action':'s3:GetObject','Resource':'arn:aws:s3:::b/K'", "s3:GetObject", "k", false},
            {"'Action':'s3:GetObject','Resource':'arn:aws:s3:::b/a/*'", "s3:GetObject", "a/b/c", true},
            {"'NotAction':'s3:GetObject','Resource':'arn:aws:s3:::b/*'", "s3:GetObject", "k", false},
            {"'NotAction':'s3:GetObject','Resource':'arn:aws:s3:::b/*'", "s3:PutObject", "k", true},
            {"'Action':'s3:*','NotResource':'arn:aws:s3:::b/secret/*'", "s3:GetObject", "secret/k", false},
            {"'Action':'s3:*','NotResource':'arn:aws:s3:::b/secret/*'", "s3:GetObject", "k", true},
            {"'Action':'s3:*','Resource':'arn:aws:s3:::b/home/${aws:username}/*'", "s3:GetObject", "home/alice/k", true
            },
            {"'Action':'s3:*','Resource':'arn:aws:s3:::b/home/${aws:username}/*'", "s3:GetObject", "home/bob/k", false},
        };
        for (Object[] row : table) {
            String statement = "{'Effect':'Allow','Principal':'*'," + row[0] + "}";
            assertThat(judge(statement, ALICE, (String) row[1], (String) row[2]))
                    .as(row[0] + " " + row[1] + " " + row[2])
                    .isEqualTo((boolean) row[3] ? Verdict.ALLOWS : Verdict.SILENT);
        }
    }

    @Test
    void oneDenialOutweighsWhatIsAllowed() {
        String policy = "{'Effect':'Allow','Principal':'*','Action':'*','Resource':'*'},"
                + "{'Effect':'Deny','NotPrincipal':{'CanonicalUser':'alice-id'},'Action':'s3:Put*','Resource':'*'}";
        assertThat(judge(policy, ALICE, "s3:PutObject", "k")).isEqualTo(Verdict.ALLOWS);
        assertThat(judge(policy, BOB, "s3:PutObject", "k")).isEqualTo(Verdict.DENIES);
        assertThat(judge(policy, BOB, "s3:GetObject", "k")).isEqualTo(Verdict.ALLOWS);
    }

    @Test
    void tagsOfTheObjectAreAskedFor() {
        Policy policy = read("{'Effect':'Allow','Principal':'*','Action':'s3:GetObject','Resource':'*','Condition':"
                + "{'StringEquals':{'s3:ExistingObjectTag/Security':'public'}}}");
        assertThat(policy.asksForBlobTags()).isTrue();
        AccessRequest request = request(ALICE, "s3:GetObject", "k");
        assertThat(policy.judge(request).verdict()).isEqualTo(Verdict.SILENT);
        BlobAccess tagged = new BlobAccess("o", AccessList.ofOwner("o"), Map.of("Security", "public"));
        assertThat(policy.judge(request.withBlob(tagged)).verdict()).isEqualTo(Verdict.ALLOWS);
    }

    @Test
    void publicIsWhatAnyoneMay() {
        Object[][] table = {
            {"'Principal':'*'", "", true},
            {"'Principal':{'AWS':['*','alice']}", "", true},
            {"'Principal':{'AWS':'alice'}", "", false},
            {"'Principal':'*'", ",'Condition':{'IpAddress':{'aws:SourceIp':'10.0.0.0/8'}}", false},
            {"'Principal':'*'", ",'Condition':{'IpAddress':{'aws:SourceIp':'0.0.0.0/0'}}", true},
            {"'Principal':'*'", ",'Condition':{'StringLike':{'aws:Referer':'http://a/*'}}", true},
        };
        for (Object[] row : table) {
            Policy policy = read("{'Effect':'Allow'," + row[0] + ",'Action':'s3:*','Resource':'*'" + row[1] + "}");
            assertThat(policy.isPublic()).as(row[0] + "" + row[1]).isEqualTo(row[2]);
        }
        assertThat(read("{'Effect':'Deny','Principal':'*','Action':'s3:*','Resource':'*'}")
                        .isPublic())
                .isFalse();
    }

    @Test
    void whatIsNoPolicyOfThisBucketIsRefused() {
        String rest = "'Principal':'*','Action':'s3:*','Resource':'arn:aws:s3:::b/*'";
        List<String> statements = List.of(
                "",
                "{}",
                "'text'",
                "{'Effect':'allow'," + rest + "}",
                "{'Effect':'Allow','Sidd':'x'," + rest + "}",
                "{'Effect':'Allow','Action':'s3:*','Resource':'*'}",
                "{'Effect':'Allow','NotPrincipal':'*','Action':'s3:*','Resource':'*'}",
                "{'Effect':'Allow','Principal':'alice','Action':'s3:*','Resource':'*'}",
                "{'Effect':'Allow','Principal':{'AWS':'arn:aws:s3:::b'},'Action':'s3:*','Resource':'*'}",
                "{'Effect':'Allow','Principal':{'Other':'x'},'Action':'s3:*','Resource':'*'}",
                "{'Effect':'Allow','Principal':'*','Action':'GetObject','Resource':'*'}",
                "{'Effect':'Allow','Principal':'*','Action':[],'Resource':'*'}",
                "{'Effect':'Allow','Principal':'*','Action':'s3:*','NotAction':'s3:*','Resource':'*'}",
                "{'Effect':'Allow','Principal':'*','Action':'s3:*'}",
                "{'Effect':'Allow','Principal':'*','Action':'s3:*','Resource':'b/*'}",
                "{'Effect':'Allow','Principal':'*','Action':'s3:*','Resource':'arn:aws:s3:::other/*'}",
                "{'Effect':'Allow'," + rest + ",'Condition':{'StringSame':{'aws:Referer':'a'}}}",
                "{'Effect':'Allow'," + rest + ",'Condition':{'NullIfExists':{'aws:Referer':'true'}}}",
                "{'Effect':'Allow'," + rest + ",'Condition':{'StringEquals':{'referer':'a'}}}",
                "{'Effect':'Allow'," + rest + ",'Condition':{'StringEquals':{'aws:Referer':[]}}}",
                "{'Effect':'Allow'," + rest + ",'Condition':'x'}");
        for (String statement : statements) {
            assertMalformed(document(statement));
        }
        assertMalformed("");
        assertMalformed("[]");
        assertMalformed("{\"Version\":\"2012-10-17\"");
        assertMalformed(document("{'Effect':'Allow'," + rest + "}").replace("2012", "2013"));
        assertMalformed(document("{'Effect':'Allow'," + rest + "}") + "x");
        assertMalformed(document("{'Effect':'Deny','Effect':'Allow'," + rest + "}"));
    }

    private static void assertMalformed(String document) {
        assertThatThrownBy(() -> PolicyJson.read(document, "b"))
                .as(document)
                .isInstanceOfSatisfying(
                        S3Exception.class,
                        refusal -> assertThat(refusal.code()).isEqualTo(S3ErrorCode.MALFORMED_POLICY));
    }
}
