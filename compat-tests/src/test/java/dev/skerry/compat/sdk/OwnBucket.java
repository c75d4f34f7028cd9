package dev.skerry.compat.sdk;

import dev.skerry.compat.server.SkerryServer;
import dev.skerry.compat.server.WithServer;
import java.net.URI;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

/** A bucket that each test has to itself on the server that the whole run shares, and a client for it. */
public final class OwnBucket implements BeforeEachCallback, AfterEachCallback {
    private final @Nullable String key;
    private final String content;
    private @Nullable SkerryServer server;
    private @Nullable S3Client client;
    private @Nullable String name;

    private OwnBucket(@Nullable String key, String content) {
        this.key = key;
        this.content = content;
    }

    /** An empty one. */
    public static OwnBucket empty() {
        return new OwnBucket(null, "");
    }

    /** One with an object in it. */
    public static OwnBucket holding(String key, String content) {
        return new OwnBucket(key, content);
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        server = WithServer.shared(context);
        client = Sdk.sync(server);
        String made = Sdk.bucket(client);
        name = made;
        if (key != null) {
            client.putObject(b -> b.bucket(made).key(key), RequestBody.fromString(content));
        }
    }

    @Override
    public void afterEach(ExtensionContext context) {
        client().close();
    }

    /** Its name. */
    public String name() {
        return made(name);
    }

    /** The root identity's client; closed with the test. */
    public S3Client client() {
        return made(client);
    }

    /** Where S3 is spoken. */
    public URI s3() {
        return made(server).s3();
    }

    private static <T> T made(@Nullable T part) {
        if (part == null) {
            throw new IllegalStateException("no bucket (expected: to be asked within a test)");
        }
        return part;
    }
}
