package dev.skerry.cluster.registry;

import dev.skerry.blob.placement.PlacementPolicy.NodeId;
import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.ClientBuilder;
import io.etcd.jetcd.KeyValue;
import io.etcd.jetcd.Watch;
import io.etcd.jetcd.common.exception.ErrorCode;
import io.etcd.jetcd.common.exception.EtcdException;
import io.etcd.jetcd.kv.GetResponse;
import io.etcd.jetcd.kv.TxnResponse;
import io.etcd.jetcd.op.Cmp;
import io.etcd.jetcd.op.CmpTarget;
import io.etcd.jetcd.op.Op;
import io.etcd.jetcd.options.GetOption;
import io.etcd.jetcd.options.PutOption;
import io.etcd.jetcd.options.WatchOption;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * The list in etcd: a key for each node under a lease that each registration renews, a watch over them, and the
 * document as a key that a transaction makes where there is none.
 */
public final class EtcdRegistry implements Registry {
    private static final long NO_LEASE = 0;

    /** The client closes the Vert.x it is given along with itself, so it cannot share the node's. */
    private static final VertxOptions OWN_THREAD = new VertxOptions()
            .setUseDaemonThread(true)
            .setEventLoopPoolSize(1)
            .setWorkerPoolSize(1)
            .setFileSystemOptions(
                    new FileSystemOptions().setFileCachingEnabled(false).setClassPathResolvingEnabled(false));

    private final RegistrySettings settings;
    private final Client client;
    private final ByteSequence nodes;
    private final ByteSequence document;
    private long lease = NO_LEASE;
    private Watch.@Nullable Watcher watcher;

    private EtcdRegistry(RegistrySettings settings, Client client) {
        this.settings = settings;
        this.client = client;
        this.nodes = bytes(settings.prefix() + "nodes/");
        this.document = bytes(settings.prefix() + "document");
    }

    /** A registry that connects when it is first used. */
    public static EtcdRegistry open(RegistrySettings settings) throws IOException {
        ClientBuilder builder = Client.builder()
                .endpoints(settings.endpoints().stream().map(URI::create).toList())
                .vertx(Vertx.vertx(OWN_THREAD))
                .connectTimeout(settings.timeout())
                .retryMaxAttempts(1)
                .waitForReady(false);
        if (settings.user() != null && settings.password() != null) {
            builder.user(bytes(settings.user())).password(bytes(settings.password()));
        }
        if (settings.endpoints().stream().anyMatch(endpoint -> endpoint.startsWith("https://"))) {
            try {
                builder.sslContext(_ -> {});
            } catch (SSLException e) {
                throw new IOException("registry: no TLS", e);
            }
        }
        return new EtcdRegistry(settings, builder.build());
    }

    @Override
    public Registration register(NodeRecord node, Duration leaseTime) throws IOException {
        renew(leaseTime);
        ByteSequence key = key(node.id());
        Optional<KeyValue> found = get(key);
        Optional<NodeRecord> other =
                found.flatMap(value -> RecordJson.read(value.getValue().getBytes()));
        if (other.isPresent() && !other.get().address().equals(node.address())) {
            return new Registration.Taken(other.get());
        }
        byte[] record = RecordJson.write(node);
        boolean same = found.isPresent()
                && found.get().getLease() == lease
                && found.get().getValue().equals(ByteSequence.from(record));
        if (!same) {
            // 0 where there is none
            Cmp unchanged = new Cmp(
                    key,
                    Cmp.Op.EQUAL,
                    CmpTarget.modRevision(found.map(KeyValue::getModRevision).orElse(0L)));
            PutOption leased = PutOption.builder().withLeaseId(lease).build();
            TxnResponse done = await(client.getKVClient()
                    .txn()
                    .If(unchanged)
                    .Then(Op.put(key, ByteSequence.from(record), leased))
                    .commit());
            if (!done.isSucceeded()) {
                throw new IOException("registry: " + node.id().value() + " was registered elsewhere at the same time");
            }
        }
        return new Registration.Listed();
    }

    /** Keeps the lease, or takes one where there is none any more. */
    private void renew(Duration leaseTime) throws IOException {
        if (lease != NO_LEASE) {
            try {
                await(client.getLeaseClient().keepAliveOnce(lease));
                return;
            } catch (IOException e) {
                boolean ended =
                        e.getCause() instanceof EtcdException etcd && etcd.getErrorCode() == ErrorCode.NOT_FOUND;
                if (!ended) {
                    throw e;
                }
            }
        }
        lease = NO_LEASE;
        lease = await(client.getLeaseClient().grant(Math.max(1, leaseTime.toSeconds())))
                .getID();
    }

    @Override
    public void leave(NodeId node) throws IOException {
        Optional<KeyValue> found = get(key(node));
        if (found.isPresent() && lease != NO_LEASE && found.get().getLease() == lease) {
            await(client.getLeaseClient().revoke(lease));
            lease = NO_LEASE;
        }
    }

    @Override
    public List<NodeRecord> nodes() throws IOException {
        GetResponse found = await(client.getKVClient()
                .get(nodes, GetOption.builder().isPrefix(true).build()));
        return RecordJson.readAll(
                found.getKvs().stream().map(value -> value.getValue().getBytes()));
    }

    @Override
    public void watch(Runnable changed) {
        closeWatcher();
        watcher = client.getWatchClient()
                .watch(
                        nodes,
                        WatchOption.builder().isPrefix(true).build(),
                        Watch.listener(_ -> changed.run(), _ -> changed.run()));
    }

    @Override
    public byte[] document(byte[] ifAbsent) throws IOException {
        ByteSequence value = ByteSequence.from(RecordJson.checkedDocument(ifAbsent));
        TxnResponse done = await(client.getKVClient()
                .txn()
                .If(new Cmp(document, Cmp.Op.EQUAL, CmpTarget.version(0)))
                .Then(Op.put(document, value, PutOption.DEFAULT))
                .Else(Op.get(document, GetOption.DEFAULT))
                .commit());
        if (done.isSucceeded()) {
            return ifAbsent.clone();
        }
        return done.getGetResponses().getFirst().getKvs().getFirst().getValue().getBytes();
    }

    @Override
    public Optional<byte[]> document() throws IOException {
        return get(document).map(value -> value.getValue().getBytes());
    }

    @Override
    public void close() {
        closeWatcher();
        client.close();
    }

    private void closeWatcher() {
        Watch.Watcher before = watcher;
        watcher = null;
        if (before != null) {
            before.close();
        }
    }

    private Optional<KeyValue> get(ByteSequence key) throws IOException {
        return await(client.getKVClient().get(key)).getKvs().stream().findFirst();
    }

    private <T> T await(CompletableFuture<T> promised) throws IOException {
        return Answers.await(promised, settings.timeout());
    }

    private ByteSequence key(NodeId node) {
        return nodes.concat(bytes(node.value()));
    }

    private static ByteSequence bytes(String text) {
        return ByteSequence.from(text, StandardCharsets.UTF_8);
    }
}
