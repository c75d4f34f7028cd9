package dev.skerry.cluster.registry;

import dev.skerry.blob.placement.PlacementPolicy.NodeId;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClientOptions;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The list in Redis: a value for each node that expires with its lease, and a set of the ids, so that nothing must be
 * searched for. Changes are not told; whoever watches finds them when it asks the next time. Only the first endpoint is
 * used: Redis' replicas may lose what was acknowledged, and one document must never become two.
 */
public final class RedisRegistry implements Registry {
    /** Sets a value with its expiry, unless it has become another one than was read. */
    private static final String REPLACE = "local v = redis.call('GET', KEYS[1]) "
            + "if v == false then v = '' end "
            + "if v ~= ARGV[1] then return 0 end "
            + "redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3]) "
            + "redis.call('SADD', KEYS[2], ARGV[4]) "
            + "return 1";

    /** Removes a value that has not become another one. */
    private static final String REMOVE =
            "if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end " + "return 1";

    private final RegistrySettings settings;
    private final Redis client;
    private final String ids;
    private final String document;
    private @Nullable NodeRecord registered;

    private RedisRegistry(RegistrySettings settings, Redis client) {
        this.settings = settings;
        this.client = client;
        this.ids = settings.prefix() + "nodes";
        this.document = settings.prefix() + "document";
    }

    /** A registry that connects when it is first used. */
    public static RedisRegistry open(RegistrySettings settings, Vertx vertx) {
        RedisOptions options = new RedisOptions()
                .setConnectionString(settings.endpoints().getFirst())
                .setMaxPoolSize(2)
                .setMaxPoolWaiting(8)
                .setNetClientOptions(new NetClientOptions()
                        .setConnectTimeout((int) settings.timeout().toMillis()));
        if (settings.user() != null) {
            options.setUser(settings.user());
        }
        if (settings.password() != null) {
            options.setPassword(settings.password());
        }
        return new RedisRegistry(settings, Redis.createClient(vertx, options));
    }

    @Override
    public Registration register(NodeRecord node, Duration lease) throws IOException {
        Optional<byte[]> found = get(key(node.id().value()));
        Optional<NodeRecord> other = found.flatMap(RecordJson::read);
        if (other.isPresent() && !other.get().address().equals(node.address())) {
            return new Registration.Taken(other.get());
        }
        Optional<Response> replaced = await(Request.cmd(Command.EVAL)
                .arg(REPLACE)
                .arg(2)
                .arg(key(node.id().value()))
                .arg(ids)
                .arg(found.map(Buffer::buffer).orElseGet(Buffer::buffer))
                .arg(Buffer.buffer(RecordJson.write(node)))
                .arg(lease.toMillis())
                .arg(node.id().value()));
        if (!replaced.map(Response::toString).equals(Optional.of("1"))) {
            throw new IOException("registry: " + node.id().value() + " was registered elsewhere at the same time");
        }
        registered = node;
        return new Registration.Listed();
    }

    @Override
    public void leave(NodeId node) throws IOException {
        NodeRecord own = registered;
        if (own != null && own.id().equals(node)) {
            await(Request.cmd(Command.EVAL)
                    .arg(REMOVE)
                    .arg(1)
                    .arg(key(node.value()))
                    .arg(Buffer.buffer(RecordJson.write(own))));
            registered = null;
        }
    }

    @Override
    public List<NodeRecord> nodes() throws IOException {
        Request values = Request.cmd(Command.MGET);
        List<String> names = items(await(Request.cmd(Command.SMEMBERS).arg(ids)))
                .map(Response::toString)
                .toList();
        if (names.isEmpty()) {
            return List.of();
        }
        names.forEach(name -> values.arg(key(name)));
        return RecordJson.readAll(items(await(values)).map(Response::toBytes));
    }

    /** What an answer lists; values that have expired are nothing. */
    private static Stream<Response> items(Optional<Response> answer) {
        return answer.stream().flatMap(Response::stream).filter(Objects::nonNull);
    }

    @Override
    public void watch(Runnable changed) {
        // a subscription of its own would be a second connection for what asking finds anyway
    }

    @Override
    public byte[] document(byte[] ifAbsent) throws IOException {
        await(Request.cmd(Command.SET)
                .arg(document)
                .arg(Buffer.buffer(RecordJson.checkedDocument(ifAbsent)))
                .arg("NX"));
        return document().orElseThrow(() -> new IOException("registry: the document is gone"));
    }

    @Override
    public Optional<byte[]> document() throws IOException {
        return get(document);
    }

    @Override
    public void close() {
        Future<Void> _ = client.close();
    }

    private Optional<byte[]> get(String key) throws IOException {
        return await(Request.cmd(Command.GET).arg(key)).map(Response::toBytes);
    }

    /** Empty where Redis answers that there is nothing. */
    private Optional<Response> await(Request request) throws IOException {
        Future<Optional<Response>> answer = client.send(request).map(Optional::ofNullable);
        return Answers.await(answer.toCompletionStage(), settings.timeout());
    }

    private String key(String node) {
        return settings.prefix() + "node/" + node;
    }
}
