package dev.skerry.compat.sdk;

import dev.skerry.compat.server.SkerryServer;
import dev.skerry.compat.server.WithServer;
import java.net.URI;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import javax.net.ssl.TrustManager;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.client.config.ClientOverrideConfiguration;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.S3AsyncClientBuilder;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import software.amazon.awssdk.services.s3.crt.S3CrtRetryConfiguration;
import software.amazon.awssdk.services.s3.model.BucketVersioningStatus;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;

/**
 * Clients of the SDK for a server, as the root identity. They do not retry: a failure shows. Where the run's server is
 * several nodes they do, as the SDK does by itself: on a busy machine nodes elect a leader now and then, and say 503.
 */
public final class Sdk {
    private static final StaticCredentialsProvider ROOT = StaticCredentialsProvider.create(
            AwsBasicCredentials.create(SkerryServer.ACCESS_KEY, SkerryServer.SECRET_KEY));
    private static final int MOST_ATTEMPTS = 10;
    private static final boolean RETRIES = WithServer.hasSeveralNodes();
    private static final ClientOverrideConfiguration ATTEMPTS = RETRIES
            ? ClientOverrideConfiguration.builder().build()
            : ClientOverrideConfiguration.builder()
                    .retryStrategy(AwsRetryStrategy.doNotRetry())
                    .build();

    private Sdk() {}

    /** The synchronous client on the Apache HTTP client. */
    public static S3Client sync(SkerryServer server) {
        return syncBuilder(server).build();
    }

    /** One that asks again, for tests that start a cluster: nodes that elect a leader say 503 for a moment. */
    public static S3Client retrying(SkerryServer server) {
        return retrying(server, server.s3());
    }

    /** The same by another way to that server, or to one of several that are like it. */
    public static S3Client retrying(SkerryServer server, URI endpoint) {
        return retryingBuilder(server).endpointOverride(endpoint).build();
    }

    /** The same over TLS to a server whose certificate these believe. */
    @SuppressWarnings("deprecation") // still the client most programs have on their class path
    public static S3Client retrying(SkerryServer server, TrustManager[] trusted) {
        return retryingBuilder(server)
                .httpClientBuilder(ApacheHttpClient.builder().tlsTrustManagersProvider(() -> trusted))
                .build();
    }

    private static S3ClientBuilder retryingBuilder(SkerryServer server) {
        return syncBuilder(server)
                .overrideConfiguration(c -> c.retryStrategy(AwsRetryStrategy.standardRetryStrategy().toBuilder()
                        .maxAttempts(MOST_ATTEMPTS)
                        .build()));
    }

    /** What {@link #sync} is built from. */
    @SuppressWarnings("deprecation") // still the client most programs have on their class path
    public static S3ClientBuilder syncBuilder(SkerryServer server) {
        return S3Client.builder()
                .endpointOverride(server.s3())
                .region(Region.US_EAST_1)
                .credentialsProvider(ROOT)
                .overrideConfiguration(ATTEMPTS)
                .forcePathStyle(true)
                .httpClientBuilder(ApacheHttpClient.builder().maxConnections(64));
    }

    static S3AsyncClientBuilder asyncBuilder(SkerryServer server) {
        return S3AsyncClient.builder()
                .endpointOverride(server.s3())
                .region(Region.US_EAST_1)
                .credentialsProvider(ROOT)
                .overrideConfiguration(ATTEMPTS)
                .forcePathStyle(true)
                .httpClientBuilder(NettyNioAsyncHttpClient.builder());
    }

    static S3AsyncClient crt(SkerryServer server) {
        return S3AsyncClient.crtBuilder()
                .endpointOverride(server.s3())
                .region(Region.US_EAST_1)
                .credentialsProvider(ROOT)
                .retryConfiguration(S3CrtRetryConfiguration.builder()
                        .numRetries(RETRIES ? 2 : 0)
                        .build())
                .forcePathStyle(true)
                .build();
    }

    static S3Presigner presigner(SkerryServer server) {
        return S3Presigner.builder()
                .endpointOverride(server.s3())
                .region(Region.US_EAST_1)
                .credentialsProvider(ROOT)
                .serviceConfiguration(software.amazon.awssdk.services.s3.S3Configuration.builder()
                        .pathStyleAccessEnabled(true)
                        .build())
                .build();
    }

    /** Every way the SDK has to speak to a server. */
    enum Kind {
        URL_CONNECTION,
        APACHE,
        APACHE_UNCHUNKED,
        NETTY,
        NETTY_MULTIPART,
        CRT;

        /**
         * Whether it may be asked for an object without content. The Netty client that reads part by part now and then
         * waits for ever after the whole answer has come (SDK 2.56.0: 11 of 36 reads once).
         */
        boolean readsEmptyObjects() {
            return this != NETTY_MULTIPART;
        }

        ObjectClient open(SkerryServer server) {
            return switch (this) {
                case URL_CONNECTION ->
                    ObjectClient.of(syncBuilder(server)
                            .httpClientBuilder(UrlConnectionHttpClient.builder())
                            .build());
                case APACHE -> ObjectClient.of(sync(server));
                case APACHE_UNCHUNKED ->
                    ObjectClient.of(syncBuilder(server)
                            .serviceConfiguration(software.amazon.awssdk.services.s3.S3Configuration.builder()
                                    .chunkedEncodingEnabled(false)
                                    .build())
                            .build());
                case NETTY -> ObjectClient.of(asyncBuilder(server).build());
                case NETTY_MULTIPART ->
                    ObjectClient.of(asyncBuilder(server).multipartEnabled(true).build());
                case CRT -> ObjectClient.of(crt(server));
            };
        }
    }

    static final List<Kind> KINDS = List.of(Kind.values());

    /** Makes a bucket with a name of its own. */
    public static String bucket(S3Client client) {
        byte[] random = new byte[6];
        ThreadLocalRandom.current().nextBytes(random);
        String name = "t-" + HexFormat.of().formatHex(random);
        client.createBucket(b -> b.bucket(name));
        return name;
    }

    /** Makes a bucket with a name of its own and versioning. */
    public static String versionedBucket(S3Client client) {
        String name = bucket(client);
        client.putBucketVersioning(
                b -> b.bucket(name).versioningConfiguration(v -> v.status(BucketVersioningStatus.ENABLED)));
        return name;
    }

    /** The status and the code of the refusal, as {@code "404 NoSuchKey"}. */
    public static String refusal(Supplier<?> call) {
        try {
            return "accepted: " + call.get();
        } catch (RuntimeException e) {
            Throwable cause =
                    e instanceof java.util.concurrent.CompletionException && e.getCause() != null ? e.getCause() : e;
            if (cause instanceof software.amazon.awssdk.awscore.exception.AwsServiceException refused) {
                String code = refused.awsErrorDetails() == null
                        ? ""
                        : String.valueOf(refused.awsErrorDetails().errorCode());
                return refused.statusCode() + " " + code;
            }
            throw e;
        }
    }
}
