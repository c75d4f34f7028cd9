package dev.skerry.compat.faults;

import dev.skerry.compat.server.SkerryServer;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/** A client that writes one key after the other and turns to the next node where one does not take it. */
final class SteadyWriter implements Runnable {
    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(4);

    private final int number;
    private final List<URI> nodes;
    private final String bucket;
    private final AtomicBoolean stop;

    /** When writes were acknowledged, ascending. Guarded by this, like the keys. */
    private final List<Long> times = new ArrayList<>();

    private final List<String> keys = new ArrayList<>();

    SteadyWriter(int number, List<SkerryServer> nodes, String bucket, AtomicBoolean stop) {
        this.number = number;
        this.nodes = nodes.stream().map(SkerryServer::s3).toList();
        this.bucket = bucket;
        this.stop = stop;
    }

    @Override
    public void run() {
        List<S3Client> clients = nodes.stream().map(SteadyWriter::client).toList();
        try {
            int at = number;
            for (int i = 0; !stop.get(); i++) {
                String key = number + "/" + i;
                try {
                    clients.get(at % clients.size())
                            .putObject(b -> b.bucket(bucket).key(key), RequestBody.fromString("text"));
                    acknowledge(key);
                } catch (SdkException refused) {
                    at++;
                }
            }
        } finally {
            clients.forEach(client -> client.close());
        }
    }

    @SuppressWarnings("deprecation") // still the client most programs have on their class path
    private static S3Client client(URI node) {
        return S3Client.builder()
                .endpointOverride(node)
                .region(Region.US_EAST_1)
                .credentialsProvider(StaticCredentialsProvider.create(
                        AwsBasicCredentials.create(SkerryServer.ACCESS_KEY, SkerryServer.SECRET_KEY)))
                .overrideConfiguration(
                        c -> c.retryStrategy(AwsRetryStrategy.doNotRetry()).apiCallTimeout(ANSWER_WITHIN))
                .forcePathStyle(true)
                .httpClientBuilder(ApacheHttpClient.builder().socketTimeout(ANSWER_WITHIN))
                .build();
    }

    private synchronized void acknowledge(String key) {
        times.add(System.nanoTime());
        keys.add(key);
    }

    synchronized List<String> acknowledged() {
        return List.copyOf(keys);
    }

    /** The longest time between two acknowledgements of which a part was between these moments, in nanoseconds. */
    synchronized long longestGap(long from, long to) {
        long last = from;
        long longest = 0;
        for (long time : times) {
            if (time - from > 0 && to - time > 0) {
                longest = Math.max(longest, time - last);
                last = time;
            }
        }
        return Math.max(longest, to - last);
    }
}
