package dev.skerry.s3.operation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.blob.StorageClass;
import dev.skerry.blob.StoreListener;
import dev.skerry.blob.catalog.FakeCatalog;
import dev.skerry.blob.clock.BlobIds;
import dev.skerry.blob.clock.HlcClock;
import dev.skerry.blob.commit.FakeCommitLog;
import dev.skerry.blob.commit.FakeMetadataStore;
import dev.skerry.blob.commit.FakeSlots;
import dev.skerry.blob.encryption.KeyService;
import dev.skerry.blob.lifecycle.StorageClasses;
import dev.skerry.blob.part.FilePartStore;
import dev.skerry.blob.part.PartLayout;
import dev.skerry.blob.part.SpaceProbe;
import dev.skerry.blob.placement.PlacementPolicy.NodeId;
import dev.skerry.blob.placement.SingleNodePlacement;
import dev.skerry.blob.placement.SlotHash;
import dev.skerry.blob.store.StoreAssembly;
import dev.skerry.blob.store.StoreSettings;
import dev.skerry.s3.Compatibility;
import dev.skerry.s3.auth.Identities;
import dev.skerry.s3.http.S3Handler;
import dev.skerry.s3.http.S3Operation;
import dev.skerry.s3.http.S3Response;
import dev.skerry.s3.notification.Notifier;
import dev.skerry.s3.xml.XmlElement;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** The operations over a real store, whose rows are in memory and whose files are in a folder of the test. */
abstract class OperationsTest {
    static final String BUCKET = "bucket";
    private static final int SLOTS = 4;

    /** Every look at the clock is a second later. */
    private final AtomicLong now =
            new AtomicLong(Instant.parse("2026-01-01T00:00:00Z").toEpochMilli());

    private Map<S3Operation, S3Handler> handlers = Map.of();

    /** Where the files are. */
    Path folder = Path.of("");

    /** Where notifications may go. */
    Notifier notifier() {
        return Notifier.NONE;
    }

    /** Which side of AWS and Ceph the operations are on. */
    Compatibility compatibility() {
        return Compatibility.AWS;
    }

    /** That lifecycle rules may name. */
    StorageClasses storageClasses() {
        return new StorageClasses(
                Stream.of("STANDARD", "STANDARD_IA", "GLACIER", "DEEP_ARCHIVE")
                        .map(StorageClass::new)
                        .toList(),
                compatibility().movesBothWays());
    }

    /** What there is to encrypt with. */
    KeyService keys() {
        return KeyService.NONE;
    }

    @BeforeEach
    void openStore(@TempDir Path data) {
        folder = data;
        HlcClock clock = new HlcClock(this::tick);
        FakeSlots slots = new FakeSlots(SLOTS);
        StoreAssembly store = StoreAssembly.of(
                new StoreAssembly.Ports(
                        new FakeCatalog(),
                        new FakeMetadataStore(slots),
                        new FakeCommitLog(slots),
                        new FilePartStore(
                                new PartLayout(List.of(folder)),
                                new FilePartStore.Settings(0, 0),
                                _ -> new SpaceProbe.Space(1L << 40, 1L << 40),
                                this::tick,
                                StoreListener.NONE),
                        new SingleNodePlacement(new NodeId("node"), new SlotHash(SLOTS)),
                        clock,
                        new BlobIds(clock, new Random(1)),
                        Runnable::run,
                        keys(),
                        StoreListener.NONE),
                StoreSettings.DEFAULT);
        Identities identities = new Identities(
                List.of(
                        new Identities.Credential("A", "a", FakeRequest.ALICE),
                        new Identities.Credential("B", "b", FakeRequest.BOB)),
                Identities.Anonymous.NONE);
        Map<S3Operation, S3Handler> operations = S3Operations.handlers(
                store.buckets(),
                store.blobs(),
                store.uploads(),
                store.listing(),
                identities,
                new S3Operations.Settings(
                        "us-east-1", compatibility(), storageClasses(), !keys().equals(KeyService.NONE), true, true));
        handlers = S3Operations.notifying(operations, store.buckets(), notifier());
    }

    private Instant tick() {
        return Instant.ofEpochMilli(now.addAndGet(1000));
    }

    S3Response call(S3Operation operation, FakeRequest request) {
        S3Handler handler = handlers.get(operation);
        if (handler == null) {
            throw new IllegalArgumentException(operation + " is not implemented");
        }
        return handler.handle(request);
    }

    XmlElement xml(S3Operation operation, FakeRequest request) {
        S3Response response = call(operation, request);
        assertThat(response).isInstanceOf(S3Response.Xml.class);
        return ((S3Response.Xml) response).body();
    }

    /** What a read sends, as text. */
    static String body(S3Response response) {
        S3Response.Stream stream = (S3Response.Stream) response;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (var reader = stream.reader()) {
            for (ByteBuffer run = reader.next(); run != null; run = reader.next()) {
                byte[] piece = new byte[run.remaining()];
                run.get(piece);
                bytes.writeBytes(piece);
            }
        }
        assertThat((long) bytes.size()).isEqualTo(stream.lengthBytes());
        return bytes.toString(StandardCharsets.UTF_8);
    }

    void createBucket() {
        call(S3Operation.CREATE_BUCKET, FakeRequest.of(BUCKET));
    }

    void setVersioning(String status) {
        call(
                S3Operation.PUT_BUCKET_VERSIONING,
                FakeRequest.of(BUCKET)
                        .body("<VersioningConfiguration><Status>" + status + "</Status></VersioningConfiguration>"));
    }

    /** Puts an object and gives the headers of the answer. */
    Map<String, String> put(String key, String text) {
        return call(S3Operation.PUT_OBJECT, FakeRequest.of(BUCKET, key).body(text))
                .headers();
    }

    String get(String key) {
        return body(call(S3Operation.GET_OBJECT, FakeRequest.of(BUCKET, key)));
    }

    static List<String> texts(XmlElement parent, String child, String grandchild) {
        return parent.children(child).stream()
                .map(element -> element.textOf(grandchild).orElse(""))
                .toList();
    }
}
