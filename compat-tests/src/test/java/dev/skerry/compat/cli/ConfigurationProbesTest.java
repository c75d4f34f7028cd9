package dev.skerry.compat.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.compat.sdk.Sdk;
import dev.skerry.compat.server.SkerryServer;
import dev.skerry.compat.server.WithServer;
import dev.skerry.compat.wire.Wire;
import dev.skerry.compat.wire.WireRequest;
import dev.skerry.compat.wire.WireResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * Every configuration of a bucket that clients ask for before they touch it, as SDKs and Terraform do: answered as S3
 * answers where nobody set it.
 */
@ExtendWith(WithServer.class)
class ConfigurationProbesTest {
    @TempDir
    private Path folder;

    private SkerryServer server;
    private Tool aws;
    private String bucket;

    @BeforeEach
    void setUp(SkerryServer shared) {
        server = shared;
        aws = new Tool("aws", "awscli", folder).withAwsCredentials();
        try (S3Client client = Sdk.sync(server)) {
            bucket = Sdk.bucket(client);
        }
    }

    private Tool.Outcome s3api(String command, Object... more) {
        List<Object> arguments =
                new ArrayList<>(List.of("--endpoint-url=" + server.s3(), "s3api", command, "--bucket", bucket));
        arguments.addAll(List.of(more));
        return aws.run(arguments.toArray());
    }

    @Test
    void whatIsAnsweredWithADocument() {
        Map<String, String> answers = new LinkedHashMap<>();
        answers.put("get-bucket-acl", "FULL_CONTROL");
        answers.put("get-bucket-location", "\"LocationConstraint\": null");
        answers.put("get-bucket-ownership-controls", "BucketOwnerEnforced");
        answers.put("get-bucket-request-payment", "BucketOwner");
        answers.put("get-public-access-block", "\"BlockPublicAcls\": true");
        answers.put("list-bucket-analytics-configurations", "\"IsTruncated\": false");
        answers.put("list-bucket-intelligent-tiering-configurations", "\"IsTruncated\": false");
        answers.put("list-bucket-inventory-configurations", "\"IsTruncated\": false");
        answers.put("list-bucket-metrics-configurations", "\"IsTruncated\": false");
        answers.forEach((command, expected) ->
                assertThat(s3api(command).succeeded()).as(command).contains(expected));
    }

    @Test
    void whatIsAnsweredWithAnEmptyDocument() {
        for (String command : List.of(
                "get-bucket-accelerate-configuration",
                "get-bucket-logging",
                "get-bucket-notification-configuration",
                "get-bucket-versioning")) {
            assertThat(s3api(command).succeeded()).as(command).isBlank();
        }
    }

    @Test
    void whatIsNotFound() {
        Map<String, String> codes = new LinkedHashMap<>();
        codes.put("get-bucket-cors", "NoSuchCORSConfiguration");
        codes.put("get-bucket-lifecycle-configuration", "NoSuchLifecycleConfiguration");
        codes.put("get-bucket-policy", "NoSuchBucketPolicy");
        codes.put("get-bucket-policy-status", "NoSuchBucketPolicy");
        codes.put("get-bucket-replication", "ReplicationConfigurationNotFoundError");
        codes.put("get-bucket-tagging", "NoSuchTagSet");
        codes.put("get-bucket-website", "NoSuchWebsiteConfiguration");
        codes.put("get-object-lock-configuration", "ObjectLockConfigurationNotFoundError");
        codes.forEach((command, code) ->
                assertThat(s3api(command).failed()).as(command).contains("(" + code + ")"));
        for (String kind : List.of("analytics", "intelligent-tiering", "inventory", "metrics")) {
            for (String verb : List.of("get", "delete")) {
                String command = verb + "-bucket-" + kind + "-configuration";
                assertThat(s3api(command, "--id", "nightly").failed())
                        .as(command)
                        .contains("(NoSuchConfiguration)");
            }
        }
    }

    @Test
    void whatOlderClientsHaveNoCommandFor() throws Exception {
        assertThat(get("abac").element("Status")).isEqualTo("Disabled");
        for (String subresource : List.of("metadataConfiguration", "metadataTable")) {
            WireResponse answer = get(subresource);
            assertThat(answer.status()).as(subresource).isEqualTo(404);
            assertThat(answer.code()).as(subresource).isEqualTo("MetadataConfigurationNotFound");
        }
    }

    private WireResponse get(String subresource) throws Exception {
        return Wire.exchange(
                server.s3(),
                WireRequest.of("GET", server.s3(), "/" + bucket)
                        .query(subresource, "")
                        .sign());
    }

    @Test
    void whatHoldsAnywayMayBeAskedForAndWhatIsNotThereIsRefused() {
        s3api("put-bucket-request-payment", "--request-payment-configuration", "Payer=BucketOwner")
                .succeeded();
        assertThat(s3api("put-bucket-request-payment", "--request-payment-configuration", "Payer=Requester")
                        .failed())
                .contains("(NotImplemented)", "Payer Requester");
        s3api("put-bucket-accelerate-configuration", "--accelerate-configuration", "Status=Suspended")
                .succeeded();
        assertThat(s3api("put-bucket-accelerate-configuration", "--accelerate-configuration", "Status=Enabled")
                        .failed())
                .contains("(NotImplemented)", "Status Enabled");
        s3api("delete-bucket-replication").succeeded();
        assertThat(s3api("put-bucket-metrics-configuration", "--id", "all", "--metrics-configuration", "Id=all")
                        .failed())
                .contains("(NotImplemented)", "PutBucketMetricsConfiguration is not implemented");
        assertThat(s3api(
                                "put-bucket-analytics-configuration",
                                "--id",
                                "all",
                                "--analytics-configuration",
                                "{\"Id\":\"all\",\"StorageClassAnalysis\":{}}")
                        .failed())
                .contains("(NotImplemented)");
    }

    @Test
    void aQueryThatNamesNothingKnownIsNeverAnObject() throws Exception {
        WireResponse answer = Wire.exchange(
                server.s3(),
                WireRequest.object("GET", server.s3(), bucket, "key")
                        .query("torrent", "")
                        .sign());
        assertThat(answer.status()).isEqualTo(501);
        assertThat(answer.code()).isEqualTo("NotImplemented");
        WireResponse old = Wire.exchange(
                server.s3(),
                WireRequest.object("GET", server.s3(), bucket, "key")
                        .header("authorization", "AWS " + SkerryServer.ACCESS_KEY + ":c2lnbmF0dXJl"));
        assertThat(old.status()).isEqualTo(400);
        assertThat(old.code()).isEqualTo("InvalidRequest");
        assertThat(old.element("Message")).contains("AWS4-HMAC-SHA256");
    }
}
