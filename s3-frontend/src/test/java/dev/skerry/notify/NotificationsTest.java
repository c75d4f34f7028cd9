package dev.skerry.notify;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.skerry.blob.SlotId;
import dev.skerry.blob.StorageClass;
import dev.skerry.blob.catalog.Bucket;
import dev.skerry.blob.catalog.Bucket.ConfigurationKind;
import dev.skerry.blob.catalog.CatalogReplica.Document;
import dev.skerry.blob.clock.HlcClock;
import dev.skerry.blob.clock.HlcTimestamp;
import dev.skerry.blob.commit.Command;
import dev.skerry.blob.commit.Command.Occasion;
import dev.skerry.blob.commit.Command.RuleAction;
import dev.skerry.blob.commit.Command.Versioning;
import dev.skerry.blob.commit.Commands;
import dev.skerry.blob.commit.FakeCommitLog;
import dev.skerry.blob.commit.FakeMetadataStore;
import dev.skerry.blob.commit.FakeSlots;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Delivery over rows in memory, to a receiver of the test's own; compat-tests has it over a whole server. */
class NotificationsTest {
    private static final SlotId SLOT = new SlotId(0);
    private static final String RULES = "<NotificationConfiguration><QueueConfiguration><Id>all</Id>"
            + "<Queue>arn:skerry:sqs::hook:webhook</Queue><Event>s3:ObjectCreated:*</Event>"
            + "<Event>s3:ObjectRemoved:*</Event><Event>s3:LifecycleExpiration:*</Event><Event>s3:LifecycleTransition</Event><Since>0</Since>"
            + "</QueueConfiguration></NotificationConfiguration>";

    @TempDir
    private Path folder;

    private final Commands commands = new Commands();
    private final FakeSlots slots = new FakeSlots(1);
    private final LogSignal signal = new LogSignal();
    private final FakeCommitLog log = new FakeCommitLog(slots, signal);
    private final BlockingQueue<String> told = new LinkedBlockingQueue<>();
    private final List<String> sequencers = new CopyOnWriteArrayList<>();
    private final SharedDocuments documents = new DocumentsInMemory();
    private volatile int status = 200;
    private volatile Versioning versioning = Versioning.OFF;
    private final Vertx vertx = Vertx.vertx();
    private HttpServer receiver;
    private Notifications notifications;

    @BeforeEach
    void setUp() {
        receiver = vertx.createHttpServer()
                .requestHandler(request -> request.bodyHandler(body -> take(body, request.response())))
                .listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .join();
        notifications = open();
    }

    @AfterEach
    void tearDown() {
        notifications.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    private void take(Buffer body, HttpServerResponse response) {
        int answer = status;
        if (answer == 200) {
            for (JsonNode event : json(body).path("Records")) {
                JsonNode object = event.path("s3").path("object");
                sequencers.add(object.path("sequencer").asText());
                told.add(event.path("eventName").asText() + " "
                        + object.path("key").asText()
                        + object.path("versionId").asText()
                        + event.path("lifecycleEventData")
                                .path("transitionEventData")
                                .path("destinationStorageClass")
                                .asText()
                        + event.path("userIdentity").path("principalId").asText());
            }
        }
        response.setStatusCode(answer).end();
    }

    private static JsonNode json(Buffer body) {
        try {
            return new ObjectMapper().readTree(body.getBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Notifications open() {
        return open(folder);
    }

    private Notifications open(Path cursors) {
        return open(cursors, _ -> true, null);
    }

    /** One of the nodes of a cluster. */
    private Notifications node(AtomicReference<String> leader, String self) {
        return open(folder, _ -> leader.get().equals(self), documents);
    }

    private Notifications open(Path cursors, Predicate<SlotId> leads, @Nullable SharedDocuments shared) {
        URI url = URI.create("http://127.0.0.1:" + receiver.actualPort() + "/");
        return new Notifications(
                new Notifications.Ports(
                        new FakeMetadataStore(slots),
                        name -> Optional.of(bucket(name)),
                        new HlcClock(commands::now),
                        commands::now,
                        signal,
                        Thread.ofVirtual().factory(),
                        Executors.newSingleThreadScheduledExecutor(),
                        new Random(1),
                        leads,
                        shared),
                new Notifications.Settings(
                        List.of(new Target("hook", url, Map.of(), null, Duration.ofSeconds(10))),
                        cursors,
                        "us-east-1",
                        "node"));
    }

    private Bucket bucket(String name) {
        return new Bucket(
                name, "owner", "", HlcTimestamp.ZERO, versioning, null, Map.of(ConfigurationKind.NOTIFICATION, RULES));
    }

    private void put(String key) {
        log.commit(SLOT, commands.put(Commands.path(key), "text", versioning));
    }

    private String next() throws InterruptedException {
        String event = told.poll(3, TimeUnit.MINUTES);
        assertThat(event).as("an event within 30 seconds").isNotNull();
        return event;
    }

    @Test
    void whatHappensAfterTheStartIsTold() throws InterruptedException {
        put("before");
        notifications.start();
        put("a");
        log.commit(SLOT, commands.delete(Commands.path("a"), versioning));
        assertThat(next()).isEqualTo("ObjectCreated:Put a");
        assertThat(next()).isEqualTo("ObjectRemoved:Delete a");
    }

    @Test
    void theOccasionOfACommandIsTold() throws InterruptedException {
        notifications.start();
        log.commit(SLOT, on(Occasion.FORM, commands.put(Commands.path("a"), "text", versioning)));
        log.commit(SLOT, on(Occasion.COPY, commands.put(Commands.path("a"), "text", versioning)));
        assertThat(next()).isEqualTo("ObjectCreated:Post a");
        assertThat(next()).isEqualTo("ObjectCreated:Copy a");
    }

    private static Command.PutBlob on(Occasion occasion, Command.PutBlob put) {
        return new Command.PutBlob(
                put.origin().on(occasion),
                put.path(),
                put.blobId(),
                put.versioning(),
                put.preconditions(),
                put.body(),
                put.attributes(),
                null,
                null);
    }

    @Test
    void whatALifecycleRuleDoesIsTold() throws InterruptedException {
        notifications.start();
        Command.PutBlob put = commands.put(Commands.path("a"), "text", versioning);
        log.commit(SLOT, put);
        rule(put, new RuleAction.ChangeClass(new StorageClass("GLACIER")));
        rule(put, new RuleAction.Expire(commands.id(), versioning));
        assertThat(next()).isEqualTo("ObjectCreated:Put a");
        assertThat(next()).isEqualTo("LifecycleTransition aGLACIERs3.amazonaws.com");
        assertThat(next()).isEqualTo("LifecycleExpiration:Delete as3.amazonaws.com");
    }

    private void rule(Command.PutBlob put, RuleAction action) {
        log.commit(
                SLOT,
                new Command.ApplyRule(commands.origin(), put.path(), new Command.Judged(put.blobId(), null), action));
    }

    @Test
    void sequencersGrowAsCommitsDoAndNotAsTimes() throws InterruptedException {
        notifications.start();
        Command.PutBlob earlier = commands.put(Commands.path("a"), "text", versioning);
        Command.PutBlob later = commands.put(Commands.path("a"), "text", versioning);
        assertThat(later.origin().hlc()).isGreaterThan(earlier.origin().hlc());
        log.commit(SLOT, later);
        log.commit(SLOT, earlier);
        assertThat(next()).endsWith(" a");
        assertThat(next()).endsWith(" a");
        assertThat(sequencers).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void theNullVersionOfABucketWithoutVersioningAnyMoreIsCalledNull() throws InterruptedException {
        versioning = Versioning.SUSPENDED;
        notifications.start();
        put("a-");
        assertThat(next()).isEqualTo("ObjectCreated:Put a-null");
    }

    @Test
    void anotherStartGoesOnWhereTheOneBeforeStopped() throws InterruptedException {
        notifications.start();
        put("a");
        assertThat(next()).endsWith(" a");
        while (notifications.behindCount("hook") > 0) {
            // its answer is on its way
            assertThat(told.poll(10, TimeUnit.MILLISECONDS)).isNull();
        }
        notifications.close();
        put("b");
        notifications = open();
        notifications.start();
        assertThat(next()).endsWith(" b");
    }

    @Test
    void aClusterGoesOnWhereItsFirstNodeWasAlone() throws InterruptedException {
        notifications.start();
        put("a");
        assertThat(next()).endsWith(" a");
        while (notifications.behindCount("hook") > 0) {
            // its answer is on its way
            assertThat(told.poll(10, TimeUnit.MILLISECONDS)).isNull();
        }
        notifications.close();
        put("b");
        try (Notifications grown = node(new AtomicReference<>("a"), "a")) {
            grown.start();
            assertThat(next()).endsWith(" b");
        }
    }

    @Test
    void aCursorThatIsDamagedRepeatsRatherThanLoses() throws InterruptedException, IOException {
        notifications.start();
        put("a");
        assertThat(next()).endsWith(" a");
        notifications.close();
        Path file = folder.resolve("hook.json");
        Files.writeString(file, Files.readString(file).replace(":1}", ":9}"));
        notifications = open();
        notifications.start();
        assertThat(next()).endsWith(" a");
    }

    @Test
    void aCursorThatCannotBeKeptStopsNothing() throws InterruptedException, IOException {
        notifications.close();
        notifications = open(Files.createFile(folder.resolve("file")).resolve("below"));
        notifications.start();
        put("a");
        assertThat(next()).endsWith(" a");
    }

    @Test
    void whatIsTrimmedBeforeItIsToldIsCountedAndTheRestIsTold() throws InterruptedException {
        notifications.start();
        notifications.close();
        put("a");
        put("b");
        put("c");
        log.commit(SLOT, new Command.TrimEvents(commands.origin(), 2));
        notifications = open();
        notifications.start();
        assertThat(next()).endsWith(" c");
        assertThat(notifications.lostCount("hook")).isEqualTo(2);
    }

    @Test
    void whatIsRefusedIsTriedAgain() throws InterruptedException {
        status = 500;
        notifications.start();
        put("a");
        put("b");
        while (notifications.failedCount("hook") < 2) {
            assertThat(told.poll(10, TimeUnit.MILLISECONDS)).isNull();
        }
        assertThat(notifications.behindCount("hook")).isEqualTo(2);
        status = 200;
        assertThat(next()).endsWith(" a");
        assertThat(next()).endsWith(" b");
    }

    @Test
    void theTestEventSaysWhetherTheTargetTookIt() {
        assertThat(notifications.test("hook", "bucket", "id")).isEmpty();
        status = 404;
        assertThat(notifications.test("hook", "bucket", "id"))
                .hasValueSatisfying(reason -> assertThat(reason).contains("404"));
        assertThat(notifications.knows("other")).isFalse();
    }

    @Test
    void ofSeveralNodesWhoLeadsTheSlotTellsAndTheNextOneGoesOnThere() throws InterruptedException {
        AtomicReference<String> leader = new AtomicReference<>("a");
        try (Notifications b = node(leader, "b")) {
            try (Notifications a = node(leader, "a")) {
                a.start();
                b.start();
                put("1");
                put("2");
                assertThat(next()).endsWith(" 1");
                assertThat(next()).endsWith(" 2");
                while (a.behindCount("hook") > 0) {
                    assertThat(told.poll(10, TimeUnit.MILLISECONDS)).isNull();
                }
            }
            leader.set("nobody");
            put("3");
            assertThat(told.poll(100, TimeUnit.MILLISECONDS)).isNull();
            leader.set("b");
            assertThat(next()).endsWith(" 3");
            while (b.deliveredCount("hook") == 0) {
                assertThat(told.poll(10, TimeUnit.MILLISECONDS)).isNull();
            }
            assertThat(b.deliveredCount("hook")).isEqualTo(1);
        }
    }

    @Test
    void aNodeThatComesToKnowTheTargetLaterBeginsWhereTheFirstDid() throws InterruptedException {
        AtomicReference<String> leader = new AtomicReference<>("b");
        try (Notifications a = node(leader, "a");
                Notifications b = node(leader, "b")) {
            put("before");
            a.start();
            put("1");
            b.start();
            assertThat(next()).endsWith(" 1");
        }
    }

    @Test
    void aLeaderWhoseWordIsOldRepeatsAndLosesNothing() throws InterruptedException {
        AtomicReference<String> leader = new AtomicReference<>("a");
        try (Notifications a = node(leader, "a");
                Notifications b = node(leader, "b")) {
            a.start();
            b.start();
            put("1");
            assertThat(next()).endsWith(" 1");
            status = 500;
            put("2");
            while (a.failedCount("hook") == 0) {
                assertThat(told.poll(10, TimeUnit.MILLISECONDS)).isNull();
            }
            leader.set("b");
            status = 200;
            String first = next();
            if (first.endsWith(" 1")) {
                // it was told, and then nobody had it in the document yet
                first = next();
            }
            assertThat(first).endsWith(" 2");
        }
    }

    /** As the catalog of a cluster keeps them. */
    private static final class DocumentsInMemory implements SharedDocuments {
        private final Map<String, Document> kept = new ConcurrentHashMap<>();

        @Override
        public Optional<Document> document(String name) {
            return Optional.ofNullable(kept.get(name));
        }

        @Override
        public Document keep(String name, long expectedRevision, String text) {
            return kept.compute(name, (_, old) -> {
                long revision = old == null ? 0 : old.revision();
                return old != null && revision != expectedRevision ? old : new Document(revision + 1, text);
            });
        }
    }
}
