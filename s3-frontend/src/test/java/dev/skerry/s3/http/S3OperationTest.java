package dev.skerry.s3.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.http.RequestTarget;
import dev.skerry.http.RequestTarget.Parameter;
import dev.skerry.s3.http.S3Operation.Match;
import dev.skerry.s3.http.S3Operation.Resource;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class S3OperationTest {
    private static Match match(String method, Resource resource, String query, String... headers) {
        RequestTarget target = new RequestTarget("/", query);
        return S3Operation.match(
                method,
                resource,
                target.parameters().stream().map(Parameter::name).collect(Collectors.toSet()),
                name -> target.parameters().stream()
                        .filter(parameter -> parameter.name().equals(name))
                        .findFirst()
                        .map(Parameter::value),
                name -> Set.of(headers).contains(name) ? Optional.of("value") : Optional.empty());
    }

    private static void means(S3Operation operation, String query, String... headers) {
        assertThat(match(operation.method(), operation.resource(), query, headers))
                .as(query)
                .isEqualTo(new Match.Found(operation));
    }

    @Test
    void namesAreUnique() {
        Set<String> names = new HashSet<>();
        for (S3Operation operation : S3Operation.values()) {
            assertThat(names.add(operation.wireName())).as(operation.wireName()).isTrue();
            assertThat(operation.action()).startsWith("s3:");
        }
    }

    @Test
    void parametersAndHeadersTellOperationsApart() {
        means(S3Operation.LIST_BUCKETS, "");
        means(S3Operation.LIST_OBJECTS, "prefix=a&delimiter=/");
        means(S3Operation.LIST_OBJECTS, "list-type=1");
        means(S3Operation.LIST_OBJECTS_V2, "list-type=2&prefix=a");
        means(S3Operation.LIST_OBJECT_VERSIONS, "versions");
        means(S3Operation.LIST_MULTIPART_UPLOADS, "uploads");
        means(S3Operation.GET_BUCKET_LOCATION, "location");
        means(S3Operation.CREATE_BUCKET, "");
        means(S3Operation.DELETE_OBJECTS, "delete");
        means(S3Operation.GET_OBJECT, "");
        means(S3Operation.GET_OBJECT, "versionId=x&partNumber=1&response-content-type=a");
        means(S3Operation.GET_OBJECT, "x-id=GetObject&custom=1");
        means(S3Operation.LIST_PARTS, "uploadId=u");
        means(S3Operation.PUT_OBJECT, "x-id=PutObject");
        means(S3Operation.COPY_OBJECT, "", "x-amz-copy-source");
        means(S3Operation.UPLOAD_PART, "partNumber=1&uploadId=u");
        means(S3Operation.UPLOAD_PART_COPY, "partNumber=1&uploadId=u", "x-amz-copy-source");
        means(S3Operation.CREATE_MULTIPART_UPLOAD, "uploads");
        means(S3Operation.COMPLETE_MULTIPART_UPLOAD, "uploadId=u");
        means(S3Operation.ABORT_MULTIPART_UPLOAD, "uploadId=u");
        means(S3Operation.DELETE_OBJECT, "versionId=x");
        means(S3Operation.PUT_OBJECT_TAGGING, "tagging&versionId=x");
        means(S3Operation.SELECT_OBJECT_CONTENT, "select&select-type=2");
        means(S3Operation.GET_BUCKET_METRICS_CONFIGURATION, "metrics&id=1");
        means(S3Operation.LIST_BUCKET_METRICS_CONFIGURATIONS, "metrics");
    }

    @Test
    void aSubresourceIsNeverTakenForAPlainReadOrWrite() {
        for (String query : new String[] {"acl&tagging", "lifecycle", "uploads", "versions", "cors", "website"}) {
            assertThat(match("GET", Resource.OBJECT, query)).as(query).isInstanceOf(Match.UnknownSubresource.class);
            assertThat(match("PUT", Resource.OBJECT, query)).as(query).isInstanceOf(Match.UnknownSubresource.class);
            assertThat(match("DELETE", Resource.OBJECT, query)).as(query).isInstanceOf(Match.UnknownSubresource.class);
        }
        assertThat(match("PUT", Resource.OBJECT, "uploadId=u")).isInstanceOf(Match.UnknownSubresource.class);
        assertThat(match("PUT", Resource.OBJECT, "partNumber=1")).isInstanceOf(Match.UnknownSubresource.class);
        assertThat(match("DELETE", Resource.BUCKET, "location")).isInstanceOf(Match.UnknownSubresource.class);
        assertThat(match("PUT", Resource.BUCKET, "policyStatus")).isInstanceOf(Match.UnknownSubresource.class);
    }

    @Test
    void whatLooksLikeASubresourceIsNeverTakenForAPlainReadOrWrite() {
        for (String query : new String[] {"nonsense", "nonsense=", "torrents&versionId=x", "Acl", "object-lambdas"}) {
            for (String method : new String[] {"GET", "PUT", "HEAD", "DELETE"}) {
                assertThat(match(method, Resource.OBJECT, query))
                        .as(method + " " + query)
                        .isInstanceOf(Match.UnknownSubresource.class);
                assertThat(match(method, Resource.BUCKET, query))
                        .as(method + " " + query)
                        .isInstanceOf(Match.UnknownSubresource.class);
            }
        }
        means(S3Operation.GET_OBJECT, "1700000000");
        means(S3Operation.GET_OBJECT, "v=2&cache=no");
        means(S3Operation.GET_OBJECT, "X-Amz-Security-Token=&x-id=");
        means(S3Operation.LIST_OBJECTS, "prefix=&delimiter=&marker=&encoding-type=");
        means(S3Operation.LIST_OBJECTS_V2, "list-type=2&start-after=&continuation-token=&fetch-owner=");
        means(S3Operation.LIST_OBJECT_VERSIONS, "versions&key-marker=&version-id-marker=");
    }

    @Test
    void methodsS3DoesNotHaveMatchNothing() {
        assertThat(match("PATCH", Resource.OBJECT, "")).isInstanceOf(Match.NoSuchMethod.class);
        assertThat(match("POST", Resource.OBJECT, "")).isInstanceOf(Match.NoSuchMethod.class);
        assertThat(match("DELETE", Resource.SERVICE, "")).isInstanceOf(Match.NoSuchMethod.class);
        assertThat(match("TRACE", Resource.BUCKET, "")).isInstanceOf(Match.NoSuchMethod.class);
    }
}
