package dev.skerry.compat.faults;

import dev.skerry.compat.history.Action;
import dev.skerry.compat.history.Outcome;
import dev.skerry.compat.server.SkerryServer;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;

/** Asks one node through the SDK, without retries, and says of each request what its answer means. */
final class NodeClient implements AutoCloseable {
    private static final Duration CONNECT_WITHIN = Duration.ofSeconds(2);
    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(4);

    private final String name;
    private final Values values;
    private final Surprises surprises;
    private final S3Client client;

    @SuppressWarnings("deprecation") // still the client most programs have on their class path
    NodeClient(String name, URI node, Values values, Surprises surprises) {
        this.name = name;
        this.values = values;
        this.surprises = surprises;
        client = S3Client.builder()
                .endpointOverride(node)
                .region(Region.US_EAST_1)
                .credentialsProvider(StaticCredentialsProvider.create(
                        AwsBasicCredentials.create(SkerryServer.ACCESS_KEY, SkerryServer.SECRET_KEY)))
                .overrideConfiguration(
                        c -> c.retryStrategy(AwsRetryStrategy.doNotRetry()).apiCallTimeout(ANSWER_WITHIN))
                .forcePathStyle(true)
                .httpClientBuilder(ApacheHttpClient.builder()
                        .connectionTimeout(CONNECT_WITHIN)
                        .socketTimeout(ANSWER_WITHIN))
                .build();
    }

    /** The name of the node. */
    String name() {
        return name;
    }

    /** The client itself, for what is not part of a history. */
    S3Client s3() {
        return client;
    }

    Answer ask(Asked asked) {
        return switch (asked.action()) {
            case READ -> asked.path().hashCode() % 3 == 0 ? head(asked) : get(asked);
            case WRITE, CREATE, SWAP -> put(asked);
            case DELETE, DELETE_MATCHING -> delete(asked);
        };
    }

    private Answer get(Asked asked) {
        return answered(asked, () -> {
            byte[] body = client.getObjectAsBytes(b -> b.bucket(asked.bucket()).key(asked.key()))
                    .asByteArrayUnsafe();
            return found(asked, values.byBody(body), body.length + " bytes that nobody wrote");
        });
    }

    private Answer head(Asked asked) {
        return answered(asked, () -> {
            String etag = client.headObject(b -> b.bucket(asked.bucket()).key(asked.key()))
                    .eTag();
            return found(asked, values.byETag(etag), "the ETag " + etag + " that nobody wrote");
        });
    }

    private Answer found(Asked asked, Optional<String> name, String otherwise) {
        if (name.isEmpty()) {
            surprises.add(asked + " found " + otherwise);
        }
        return new Answer(Outcome.DONE, name.orElse("?"));
    }

    private Answer put(Asked asked) {
        String value = asked.value() == null ? "" : asked.value();
        return answered(asked, () -> {
            client.putObject(
                    b -> {
                        b.bucket(asked.bucket()).key(asked.key());
                        if (asked.action() == Action.CREATE) {
                            b.ifNoneMatch("*");
                        }
                        if (asked.expected() != null) {
                            b.ifMatch(Values.etag(asked.expected()));
                        }
                    },
                    RequestBody.fromBytes(Values.body(value)));
            return Answer.DONE;
        });
    }

    private Answer delete(Asked asked) {
        return answered(asked, () -> {
            client.deleteObject(b -> {
                b.bucket(asked.bucket()).key(asked.key());
                if (asked.expected() != null) {
                    b.ifMatch(Values.etag(asked.expected()));
                }
            });
            return Answer.DONE;
        });
    }

    private Answer answered(Asked asked, Supplier<Answer> call) {
        try {
            return call.get();
        } catch (AwsServiceException refusal) {
            return meaning(asked, refusal);
        } catch (SdkException noAnswer) {
            return Answer.UNKNOWN;
        }
    }

    private Answer meaning(Asked asked, AwsServiceException refusal) {
        String code = refusal.awsErrorDetails() == null
                ? ""
                : String.valueOf(refusal.awsErrorDetails().errorCode());
        boolean reads = asked.action() == Action.READ;
        return switch (refusal.statusCode()) {
            case 404 -> {
                if (code.equals("NoSuchBucket") || (!reads && asked.expected() == null)) {
                    surprises.add(asked + " was answered with " + refusal.getMessage());
                }
                yield reads ? Answer.DONE : new Answer(Outcome.MISSING, null);
            }
            case 412 -> new Answer(Outcome.MISMATCH, null);
            case 409, 503, 507 -> new Answer(Outcome.REFUSED, null);
            case 500, 502, 504 -> Answer.UNKNOWN;
            default -> {
                surprises.add(asked + " was answered with " + refusal.getMessage());
                yield Answer.UNKNOWN;
            }
        };
    }

    /**
     * One page of a list, which goes on where {@code after} says.
     *
     * @param found takes the names of what is there by key
     * @return what the next page goes on after; absent after the last
     * @throws SdkException if the page did not come
     */
    Optional<String> list(String bucket, String prefix, Optional<String> after, Map<String, String> found) {
        ListObjectsV2Response page = client.listObjectsV2(
                b -> b.bucket(bucket).prefix(prefix).maxKeys(5).continuationToken(after.orElse(null)));
        Map<String, String> onPage = new TreeMap<>();
        page.contents().forEach(object -> {
            Optional<String> name = values.byETag(object.eTag());
            if (name.isEmpty()
                    || onPage.put(object.key(), name.orElse("?")) != null
                    || found.containsKey(object.key())) {
                surprises.add("a list of " + bucket + "/" + prefix + " shows " + object.key() + " as " + object.eTag()
                        + ", twice or as nobody wrote it");
            }
        });
        found.putAll(onPage);
        return page.isTruncated() ? Optional.of(page.nextContinuationToken()) : Optional.empty();
    }

    @Override
    public void close() {
        client.close();
    }
}
