package dev.skerry.blob.lifecycle;

import dev.skerry.blob.BlobPath;
import dev.skerry.blob.ListedBlob;
import dev.skerry.blob.StoreListener;
import dev.skerry.blob.catalog.Bucket;
import dev.skerry.blob.catalog.Bucket.ConfigurationKind;
import dev.skerry.blob.commit.Command.Versioning;
import dev.skerry.blob.commit.MetadataStore.Scope;
import dev.skerry.blob.store.StoreFixture;
import dev.skerry.blob.upkeep.Pace;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A store, rules for its buckets, and a worker to whom a day is an hour. */
final class AgeingFixture {
    static final Duration DAY = Rules.HOURS.day();

    final StoreFixture store;
    final Path cursor;
    private final Map<String, LifecycleConfiguration> rules = new HashMap<>();

    AgeingFixture(Path data) {
        this.store = new StoreFixture(data.resolve("data"));
        this.cursor = data.resolve("place");
    }

    void bucket(String name, Versioning versioning, Rules... ofBucket) {
        store.bucket(name, versioning);
        rules(name, Rules.of(ofBucket));
    }

    /** The document only has to be another one each time. */
    void rules(String bucket, LifecycleConfiguration configuration) {
        rules.put(bucket, configuration);
        store.store.buckets().configure(bucket, ConfigurationKind.LIFECYCLE, configuration.toString());
    }

    private Optional<LifecycleConfiguration> read(Bucket bucket) {
        return bucket.configuration().containsKey(ConfigurationKind.LIFECYCLE)
                ? Optional.ofNullable(rules.get(bucket.name()))
                : Optional.empty();
    }

    LifecycleSettings settings(int pageRows) {
        return new LifecycleSettings(DAY, Rules.HOURS, Rules.S3_CLASSES, 1_000_000, pageRows, Duration.ZERO);
    }

    LifecycleWorker.Ports ports(LifecycleReader reader) {
        return new LifecycleWorker.Ports(
                store.store.buckets(),
                store.store.listing(),
                store.store.uploads(),
                store.store.agedVersions(),
                reader,
                store.clock);
    }

    LifecycleWorker.Ports ports() {
        return ports(this::read);
    }

    LifecycleWorker worker(int pageRows) {
        return new LifecycleWorker(ports(), settings(pageRows), new CursorFile(cursor), StoreListener.NONE);
    }

    LifecycleWorker.Summary pass() {
        return worker(3).pass(new Pace());
    }

    LifecyclePreview preview() {
        return new LifecyclePreview(ports(), settings(3));
    }

    void put(String bucket, String key) {
        store.put(bucket, key, key.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    void days(int days) {
        store.advance(DAY.multipliedBy(days));
    }

    /** What is visible, as {@code key L} or {@code key T}, an asterisk for the current one. */
    List<String> shown(String bucket) {
        byte[] all = new byte[0];
        return store.store.listing().rows(bucket, all, all, null, Scope.VISIBLE, 10_000).stream()
                .map(AgeingFixture::text)
                .toList();
    }

    private static String text(ListedBlob row) {
        return row.path().key() + " " + row.kind().name().charAt(0) + (row.latest() ? "*" : "");
    }

    static BlobPath path(String bucket, String key) {
        return BlobPath.of(bucket, key);
    }
}
