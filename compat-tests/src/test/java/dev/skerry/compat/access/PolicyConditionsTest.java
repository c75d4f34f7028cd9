package dev.skerry.compat.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.compat.server.ServerLab;
import dev.skerry.compat.server.Settings;
import dev.skerry.compat.server.SkerryServer;
import dev.skerry.compat.server.WithServer;
import dev.skerry.compat.wire.WireRequest;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A policy that allows Boris everything under one condition, and a request of his that fulfils it or does not; and the
 * same condition on a denial, which must come out the other way round.
 */
@ExtendWith(WithServer.class)
class PolicyConditionsTest {
    private static final String BUCKET = "conditions";
    private static final String COPIED = Attempt.COMMON + "/" + Attempt.KEY;

    /** A condition, a request, and whether the condition holds for it. */
    private record Row(String condition, Sent request, boolean holds) {}

    /** A request as it is sent. */
    private record Sent(String name, String method, String key, UnaryOperator<WireRequest> parts) {
        Sent with(String header, String value) {
            return new Sent(
                    name + " " + header + "=" + value,
                    method,
                    key,
                    request -> parts.apply(request).header(header, value));
        }

        Sent asking(String parameter, String value) {
            return new Sent(
                    name + " ?" + parameter + "=" + value,
                    method,
                    key,
                    request -> parts.apply(request).query(parameter, value));
        }

        WireRequest to(SkerryServer server) {
            WireRequest request = key.isEmpty()
                    ? Attempt.bucket(method, server.s3(), BUCKET)
                    : WireRequest.object(method, server.s3(), BUCKET, key);
            return parts.apply(request);
        }
    }

    private static final Sent GET = new Sent("read", "GET", Attempt.KEY, UnaryOperator.identity());
    private static final Sent GET_TAGGED = new Sent("read tagged", "GET", "tagged", UnaryOperator.identity());
    private static final Sent PUT = new Sent("write", "PUT", "new", request -> request.body("x"));
    private static final Sent LIST = new Sent("list", "GET", "", request -> request.query("list-type", "2"));
    private static final Sent COPY =
            new Sent("copy", "PUT", "copy", request -> request.header("x-amz-copy-source", "/" + COPIED));

    private static Row yes(String condition, Sent request) {
        return new Row(condition.replace('\'', '"'), request, true);
    }

    private static Row no(String condition, Sent request) {
        return new Row(condition.replace('\'', '"'), request, false);
    }

    private static final List<Row> ROWS = List.of(
            yes("{'IpAddress':{'aws:SourceIp':'127.0.0.0/8'}}", GET),
            no("{'IpAddress':{'aws:SourceIp':['10.0.0.0/8','192.0.2.1']}}", GET),
            no("{'NotIpAddress':{'aws:SourceIp':'127.0.0.1/32'}}", GET),
            yes("{'Bool':{'aws:SecureTransport':'false'}}", GET),
            no("{'Bool':{'aws:SecureTransport':true}}", GET),
            yes("{'DateGreaterThan':{'aws:CurrentTime':'2020-01-01T00:00:00Z'}}", GET),
            no("{'DateLessThan':{'aws:CurrentTime':'2020-01-01T00:00:00Z'}}", GET),
            yes("{'NumericGreaterThan':{'aws:EpochTime':'1000000000'}}", GET),
            yes("{'StringEquals':{'aws:username':'boris'}}", GET),
            no("{'StringEquals':{'aws:username':'Boris'}}", GET),
            yes("{'StringEqualsIgnoreCase':{'aws:username':'Boris'}}", GET),
            no("{'StringNotEquals':{'aws:username':['clara','boris']}}", GET),
            yes("{'ArnLike':{'aws:PrincipalArn':'arn:aws:iam::*:user/b?ris'}}", GET),
            no("{'ArnNotLike':{'aws:PrincipalArn':'arn:aws:iam::*:user/boris'}}", GET),
            yes("{'StringEquals':{'aws:PrincipalAccount':'id-of-boris'}}", GET),
            yes("{'StringLike':{'aws:UserAgent':'backup/*'}}", GET.with("user-agent", "backup/1.2")),
            no("{'StringLike':{'aws:UserAgent':'backup/*'}}", GET.with("user-agent", "browser")),
            yes("{'StringLike':{'aws:Referer':'http://a.example/*'}}", GET.with("referer", "http://a.example/x")),
            no("{'StringLike':{'aws:Referer':'http://a.example/*'}}", GET),
            yes("{'StringLikeIfExists':{'aws:Referer':'http://a.example/*'}}", GET),
            yes("{'StringEquals':{'s3:authType':'REST-HEADER'}}", GET),
            no("{'StringEquals':{'s3:authType':'REST-QUERY-STRING'}}", GET),
            yes("{'StringEquals':{'s3:signatureversion':'AWS4-HMAC-SHA256'}}", GET),
            yes("{'NumericLessThan':{'s3:signatureAge':'600000'}}", GET),
            no("{'NumericGreaterThan':{'s3:signatureAge':'600000'}}", GET),
            yes("{'Null':{'s3:TlsVersion':'true'}}", GET),
            yes("{'StringEquals':{'s3:ExistingObjectTag/kind':'open'}}", GET_TAGGED),
            no("{'StringEquals':{'s3:ExistingObjectTag/kind':'shut'}}", GET_TAGGED),
            no("{'StringEquals':{'s3:ExistingObjectTag/kind':'open'}}", GET),
            yes("{'StringEquals':{'s3:prefix':'a/'}}", LIST.asking("prefix", "a/")),
            no("{'StringEquals':{'s3:prefix':'a/'}}", LIST.asking("prefix", "a/b")),
            no("{'StringEquals':{'s3:prefix':'a/'}}", LIST),
            yes("{'StringLike':{'s3:prefix':['b/*','a/*']}}", LIST.asking("prefix", "a/b")),
            yes("{'StringLike':{'s3:prefix':'${aws:username}/*'}}", LIST.asking("prefix", "boris/x")),
            no("{'StringLike':{'s3:prefix':'${aws:username}/*'}}", LIST.asking("prefix", "clara/x")),
            yes("{'StringEquals':{'s3:delimiter':'/'}}", LIST.asking("delimiter", "/")),
            no("{'StringEquals':{'s3:delimiter':'/'}}", LIST),
            yes("{'NumericLessThanEquals':{'s3:max-keys':'10'}}", LIST.asking("max-keys", "10")),
            no("{'NumericLessThanEquals':{'s3:max-keys':'10'}}", LIST.asking("max-keys", "11")),
            no("{'NumericLessThanEquals':{'s3:max-keys':'10'}}", LIST),
            yes("{'NumericLessThanEqualsIfExists':{'s3:max-keys':'10'}}", LIST),
            yes(
                    "{'StringEquals':{'s3:x-amz-acl':'bucket-owner-full-control'}}",
                    PUT.with("x-amz-acl", "bucket-owner-full-control")),
            no("{'StringEquals':{'s3:x-amz-acl':'bucket-owner-full-control'}}", PUT),
            yes("{'Null':{'s3:x-amz-acl':'true'}}", PUT),
            yes("{'StringEquals':{'s3:RequestObjectTag/kind':'open'}}", PUT.with("x-amz-tagging", "kind=open")),
            no("{'StringEquals':{'s3:RequestObjectTag/kind':'open'}}", PUT.with("x-amz-tagging", "kind=shut")),
            no("{'StringEquals':{'s3:RequestObjectTag/kind':'open'}}", PUT),
            no(
                    "{'ForAllValues:StringEquals':{'s3:RequestObjectTagKeys':['kind']}}",
                    PUT.with("x-amz-tagging", "kind=open&other=1")),
            yes(
                    "{'ForAnyValue:StringEquals':{'s3:RequestObjectTagKeys':['kind']}}",
                    PUT.with("x-amz-tagging", "kind=open&other=1")),
            yes("{'StringEquals':{'s3:x-amz-storage-class':'STANDARD'}}", PUT.with("x-amz-storage-class", "STANDARD")),
            yes("{'Null':{'s3:if-none-match':'false'}}", PUT.with("if-none-match", "\"no such\"")),
            no("{'Null':{'s3:if-none-match':'false'}}", PUT),
            yes("{'StringLike':{'s3:x-amz-copy-source':'common/*'}}", COPY),
            no("{'StringLike':{'s3:x-amz-copy-source':'secret/*'}}", COPY),
            yes(
                    "{'StringEquals':{'s3:x-amz-metadata-directive':'REPLACE'}}",
                    COPY.with("x-amz-metadata-directive", "REPLACE")),
            no("{'StringEquals':{'s3:x-amz-metadata-directive':'REPLACE'}}", COPY));

    @TestFactory
    Stream<DynamicTest> aConditionHoldsOrNot(ServerLab lab) {
        SkerryServer server =
                lab.server(Account.known(Settings.of(lab.path("data")))).start();
        Attempt.openCommon(server);
        Account.ANNA.must(server, Attempt.bucket("PUT", server.s3(), BUCKET));
        Account.ANNA.must(
                server,
                WireRequest.object("PUT", server.s3(), BUCKET, Attempt.KEY).body(Attempt.CONTENT));
        Account.ANNA.must(
                server,
                WireRequest.object("PUT", server.s3(), BUCKET, "tagged")
                        .header("x-amz-tagging", "kind=open")
                        .body("x"));
        return ROWS.stream()
                .map(row -> DynamicTest.dynamicTest(
                        row.condition() + " " + row.request().name(), () -> holds(server, row)));
    }

    private static void holds(SkerryServer server, Row row) {
        PolicyText allowing = PolicyText.of(BUCKET).statement(statement("Allow", row.condition()));
        assertThat(allowed(server, allowing, row.request())).isEqualTo(row.holds());
        PolicyText denying =
                PolicyText.of(BUCKET).allow(Account.BORIS.id(), "s3:*").statement(statement("Deny", row.condition()));
        assertThat(allowed(server, denying, row.request())).isNotEqualTo(row.holds());
    }

    private static String statement(String effect, String condition) {
        return "\"Effect\":\"" + effect + "\",\"Principal\":{\"AWS\":\"boris\"},\"Action\":\"s3:*\","
                + "\"Resource\":[\"arn:aws:s3:::%s\",\"arn:aws:s3:::%s/*\"],\"Condition\":" + condition;
    }

    private static boolean allowed(SkerryServer server, PolicyText policy, Sent request) {
        Account.ANNA.must(
                server,
                Attempt.bucket("PUT", server.s3(), BUCKET).query("policy", "").body(policy.text()));
        int status = Account.BORIS.send(server, request.to(server)).status();
        assertThat(status).isIn(200, 403);
        return status == 200;
    }
}
