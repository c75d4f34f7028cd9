package dev.skerry.compat.operate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.compat.sdk.Sdk;
import dev.skerry.compat.server.DataFolder;
import dev.skerry.compat.server.Eventually;
import dev.skerry.compat.server.Seed;
import dev.skerry.compat.server.ServerLab;
import dev.skerry.compat.server.Settings;
import dev.skerry.compat.server.SkerryServer;
import dev.skerry.compat.server.WithServer;
import dev.skerry.compat.wire.Bytes;
import dev.skerry.compat.wire.Wire;
import dev.skerry.compat.wire.WireRequest;
import dev.skerry.compat.wire.WireResponse;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ServerSideEncryption;

/**
 * Everything that can happen to the data folder of a node that does not run, one thing at a time: the node starts all
 * the same, serves what is whole, refuses what is not and says so, and comes back whole but for what is named as lost.
 */
@ExtendWith(WithServer.class)
class RecoveryTest {
    private static final int OBJECTS = 160;
    private static final int PAGE = 4096;
    private static final Duration SOON = Duration.ofMinutes(2);
    private static final int KILLS = Integer.getInteger("skerry.salvages", 2);

    private final Map<String, byte[]> written = new LinkedHashMap<>();
    private String bucket = "";
    private String cursor = "";

    /** What happens to one slot. */
    @FunctionalInterface
    private interface Mishap {
        void to(Path slot) throws IOException;
    }

    private static void change(Path file, long at, byte[] bytes) throws IOException {
        try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
            open.seek(at);
            open.write(bytes);
        }
    }

    private static void cut(Path file, double share) throws IOException {
        try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
            open.setLength((long) (open.length() * share));
        }
    }

    private static void flip(Path file, double share) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        bytes[(int) ((bytes.length - 1) * share)] ^= 4;
        Files.write(file, bytes);
    }

    /** Of a node that was stopped: its databases have no log. */
    private static Map<String, Mishap> afterAStop() {
        Map<String, Mishap> mishaps = new LinkedHashMap<>();
        mishaps.put("its first page is overwritten", slot -> change(slot.resolve("meta.sqlite3"), 0, new byte[PAGE]));
        mishaps.put(
                "pages in its middle are overwritten",
                slot -> change(slot.resolve("meta.sqlite3"), 30 * PAGE, new byte[8 * PAGE]));
        mishaps.put("its second half is gone", slot -> cut(slot.resolve("meta.sqlite3"), 0.5));
        mishaps.put("its database is empty", slot -> cut(slot.resolve("meta.sqlite3"), 0));
        mishaps.put(
                "it is another slot's",
                slot -> Files.write(
                        slot.resolve("meta.sqlite3"),
                        Files.readAllBytes(slot.resolveSibling("2").resolve("meta.sqlite3"))));
        return mishaps;
    }

    /** Of a node that was killed: its last commits are in the logs. */
    private static Map<String, Mishap> afterAKill() {
        Map<String, Mishap> mishaps = new LinkedHashMap<>();
        mishaps.put("the log is damaged in its middle", slot -> flip(slot.resolve("meta.sqlite3-wal"), 0.4));
        mishaps.put("the log's header is damaged", slot -> change(slot.resolve("meta.sqlite3-wal"), 0, new byte[32]));
        return mishaps;
    }

    /** Things that a node takes without a word. */
    private static Map<String, Mishap> harmless() {
        Map<String, Mishap> mishaps = new LinkedHashMap<>();
        mishaps.put(
                "the first page of the database is damaged beneath its log",
                slot -> change(slot.resolve("meta.sqlite3"), 0, new byte[100]));
        mishaps.put("nothing", _ -> {});
        mishaps.put("the shared memory is damaged", slot -> flip(slot.resolve("meta.sqlite3-shm"), 0.01));
        mishaps.put("the shared memory is gone", slot -> Files.delete(slot.resolve("meta.sqlite3-shm")));
        mishaps.put("a write was cut short", slot -> {
            Path folder = slot.resolve("blobs/01KDYAKAM60044PHTJCHF7DWWY");
            Files.createDirectories(folder);
            Files.write(folder.resolve(".tmp.0"), new byte[100]);
        });
        return mishaps;
    }

    /** Bytes are kept no longer than they must be, and what the keys seal is worth nothing without its row. */
    private static Settings settings(ServerLab lab, Path data) throws IOException {
        Files.createDirectories(lab.path("keys"));
        return Settings.of(data)
                .withYaml(
                        "encryption:",
                        "  key_ring: " + lab.path("keys").resolve("ring"),
                        "gc:",
                        "  grace: 0s",
                        "notifications:",
                        "  targets: {hook: {url: 'http://127.0.0.1:9/events'}}");
    }

    private SkerryServer fill(ServerLab lab) throws IOException {
        SkerryServer server = lab.server(settings(lab, lab.path("base"))).start();
        try (S3Client client = Sdk.sync(server)) {
            bucket = Sdk.bucket(client);
            for (int i = 0; i < OBJECTS; i++) {
                String key = "folder " + i % 3 + "/key " + i;
                byte[] body = Bytes.of(i, i % 5 == 0 ? 20_000 + i : 1000 + 20 * i);
                ServerSideEncryption encryption = i % 4 == 0 ? ServerSideEncryption.AES256 : null;
                client.putObject(
                        b -> b.bucket(bucket).key(key).serverSideEncryption(encryption), RequestBody.fromBytes(body));
                written.put(key, body);
            }
        }
        cursor = element(feed(server, "from", "now").text(), "cursor");
        return server;
    }

    @Test
    void oneDamagedSlotTakesNothingFromTheOthersAndIsSalvaged(ServerLab lab) throws Throwable {
        assertThat(fill(lab).stop()).isZero();
        for (Map.Entry<String, Mishap> mishap : afterAStop().entrySet()) {
            isMended(lab, mishap.getKey(), mishap.getValue());
        }
    }

    @Test
    void oneDamagedSlotOfANodeThatWasKilledIsSalvaged(ServerLab lab) throws Throwable {
        fill(lab).kill();
        for (Map.Entry<String, Mishap> mishap : afterAKill().entrySet()) {
            isMended(lab, mishap.getKey(), mishap.getValue());
        }
    }

    @Test
    void whatCostsNothingIsTakenWithoutAWord(ServerLab lab) throws Throwable {
        fill(lab).kill();
        for (Map.Entry<String, Mishap> mishap : harmless().entrySet()) {
            SkerryServer server = damaged(lab, mishap.getKey(), mishap.getValue());
            server.start();
            assertThat(served(server)).as(mishap.getKey()).isEqualTo(written.size());
            assertThat(ready(server).text()).contains("\"slots\":\"ok\"");
            assertThat(server.stop()).isZero();
        }
    }

    private SkerryServer damaged(ServerLab lab, String name, Mishap mishap) throws IOException {
        Path data = lab.path(name.replace(' ', '-').replace("'", ""));
        new DataFolder(lab.path("base")).copyTo(data);
        mishap.to(data.resolve("slots/1"));
        return lab.server(settings(lab, data));
    }

    private void isMended(ServerLab lab, String name, Mishap mishap) throws Throwable {
        SkerryServer server = damaged(lab, name, mishap);
        server.start();
        // what is found only by reading the database through is found soon, and at once where it is asked for
        Wire.exchange(
                server.s3(),
                WireRequest.of("POST", server.s3(), "/_/admin/v1/check").sign());
        Eventually.holds(
                SOON, () -> assertThat(ready(server).text()).as(name).contains("quarantined: slots [1] of 16"));
        assertThat(ready(server).status()).as("the other slots are served").isEqualTo(200);
        int refused = written.size() - served(server);
        assertThat(refused).as(name).isBetween(1, written.size() / 4);
        assertItIsSaid(server, name);
        assertTheFeedSaysIt(server);
        assertNothingIsDeniedOrTaken(server, name);
        assertThat(server.stop()).isZero();

        Command salvage = Command.run("salvage", "--data", server.data().toString(), "--begin-anew");
        assertThat(salvage.exit()).as(salvage.text()).isZero();
        assertThat(salvage.text()).as(name).contains("slot 1: ").contains("in service again: 1");

        server.start();
        assertThat(ready(server).text()).as(name).contains("\"slots\":\"ok\"");
        TreeSet<String> missing = new TreeSet<>(written.keySet());
        missing.removeAll(listed(server));
        assertThat(served(server)).as(name).isEqualTo(written.size() - missing.size());
        assertThat(missing.size()).as("nothing of the other slots is lost").isLessThanOrEqualTo(refused);
        if (!missing.isEmpty()) {
            assertThat(salvage.text()).as(name).contains("lost: ");
        }
        assertItTakesWrites(server);
        assertThat(server.stop()).isZero();
        assertThat(Command.run("salvage", "--dry-run", "--data", server.data().toString())
                        .text())
                .contains("no slot is quarantined");
    }

    private void assertItIsSaid(SkerryServer server, String name) throws Throwable {
        assertThat(MetricsPage.of(server).sum("skerry_slots_quarantined")).isEqualTo(1);
        // what a server prints is read a moment later
        Eventually.holds(
                SOON,
                () -> assertThat(String.join("\n", server.log()))
                        .contains("a slot is quarantined")
                        .contains("slot=1 "));
        WireResponse listing = Wire.exchange(
                server.s3(),
                WireRequest.of("GET", server.s3(), "/" + bucket)
                        .query("list-type", "2")
                        .sign());
        assertThat(listing.status())
                .as("a listing without a slot would be wrong: " + name)
                .isEqualTo(503);
        assertThat(listing.code()).isEqualTo("ServiceUnavailable");
        assertThat(listing.text()).contains("Slot 1 is out of service");
        Command status = Command.run(
                "status",
                "--server",
                server.s3().toString(),
                "--set",
                "root_access_key=" + SkerryServer.ACCESS_KEY,
                "--set",
                "root_secret_key=" + SkerryServer.SECRET_KEY,
                "--data",
                server.data().toString());
        assertThat(status.exit()).as(status.text()).isEqualTo(1);
        assertThat(status.text()).contains("slot 1 of 16 is quarantined: ");
    }

    /** Who reads the feed learns that something is missing, and does not lose it. */
    private void assertTheFeedSaysIt(SkerryServer server) throws Exception {
        WireResponse page = feed(server, "cursor", cursor);
        assertThat(page.status()).isEqualTo(200);
        assertThat(page.text()).contains("\"quarantined\":[1]");
        assertThat(feed(server, "from", "oldest").text()).contains("slot_quarantined");
        HttpRequest stream = HttpRequest.newBuilder(server.nativeApi().resolve("/api/v1/events?cursor=" + cursor))
                .header("Accept", "text/event-stream")
                .build();
        try (HttpClient client = HttpClient.newHttpClient();
                Stream<String> lines =
                        client.send(stream, HttpResponse.BodyHandlers.ofLines()).body()) {
            assertThat(lines.limit(20)
                            .filter(line -> line.startsWith("event: "))
                            .findFirst())
                    .hasValue("event: quarantined");
            client.shutdownNow();
        }
    }

    private static WireResponse feed(SkerryServer server, String parameter, String value) throws IOException {
        return Wire.exchange(
                server.s3(),
                WireRequest.of("GET", server.s3(), "/_/api/v1/events")
                        .query(parameter, value)
                        .sign());
    }

    private static String element(String json, String name) {
        Matcher found = Pattern.compile("\"" + name + "\":\"([^\"]*)\"").matcher(json);
        assertThat(found.find()).as(json).isTrue();
        return found.group(1);
    }

    /** Nothing that may be there is said to be absent, and nothing that is there is changed by anybody. */
    private void assertNothingIsDeniedOrTaken(SkerryServer server, String name) throws IOException {
        Set<Path> files = new TreeSet<>(new DataFolder(server.data()).parts());
        String out = "";
        for (String key : written.keySet()) {
            int status = object(server, "GET", key).status();
            assertThat(status).as(name + ": " + key).isIn(200, 503);
            assertThat(object(server, "HEAD", key).status())
                    .as(name + ": " + key)
                    .isEqualTo(status);
            out = status == 503 ? key : out;
        }
        for (String method : List.of("PUT", "DELETE")) {
            assertThat(object(server, method, out).status())
                    .as(name + ": " + method)
                    .isEqualTo(503);
        }
        WireRequest drop = WireRequest.of("DELETE", server.s3(), "/" + bucket).sign();
        assertThat(Wire.exchange(server.s3(), drop).status())
                .as("others have objects")
                .isIn(409, 503);
        for (WireRequest request : List.of(
                WireRequest.of("GET", server.s3(), "/" + bucket).query("versions", ""),
                WireRequest.of("GET", server.s3(), "/" + bucket).query("uploads", ""))) {
            assertThat(Wire.exchange(server.s3(), request.sign()).status())
                    .as(name)
                    .isEqualTo(503);
        }
        for (String work : List.of("gc", "scrub", "lifecycle")) {
            assertThat(Wire.exchange(
                                    server.s3(),
                                    WireRequest.of("POST", server.s3(), "/_/admin/v1/" + work)
                                            .sign())
                            .status())
                    .as(name + ": " + work)
                    .isEqualTo(200);
        }
        assertThat(new TreeSet<>(new DataFolder(server.data()).parts()))
                .as(name)
                .isEqualTo(files);
    }

    private WireResponse object(SkerryServer server, String method, String key) throws IOException {
        WireRequest request = WireRequest.object(method, server.s3(), bucket, key);
        return Wire.exchange(server.s3(), (method.equals("PUT") ? request.body(new byte[100_000]) : request).sign());
    }

    private void assertItTakesWrites(SkerryServer server) {
        try (S3Client client = Sdk.sync(server)) {
            for (String key : written.keySet()) {
                client.putObject(b -> b.bucket(bucket).key(key), RequestBody.fromString("new"));
            }
            for (String key : written.keySet()) {
                assertThat(client.getObjectAsBytes(b -> b.bucket(bucket).key(key))
                                .asUtf8String())
                        .isEqualTo("new");
            }
        }
    }

    private static WireResponse ready(SkerryServer server) throws IOException {
        return Wire.exchange(server.s3(), WireRequest.of("GET", server.s3(), "/_/health/ready"));
    }

    private List<String> listed(SkerryServer server) {
        try (S3Client client = Sdk.sync(server)) {
            List<String> keys = new ArrayList<>();
            client.listObjectsV2Paginator(b -> b.bucket(bucket)).contents().forEach(object -> keys.add(object.key()));
            return keys;
        }
    }

    /** How many objects are served, each of them right; the others are refused. */
    private int served(SkerryServer server) throws IOException {
        int served = 0;
        for (Map.Entry<String, byte[]> object : written.entrySet()) {
            WireResponse answer = object(server, "GET", object.getKey());
            if (answer.status() == 200) {
                assertThat(answer.body()).as(object.getKey()).isEqualTo(object.getValue());
                served++;
            }
        }
        return served;
    }

    @Test
    void whatSalvageKeepsIsAllThatWasThere(ServerLab lab) throws Throwable {
        assertThat(fill(lab).stop()).isZero();
        SkerryServer server =
                damaged(lab, "kept", slot -> change(slot.resolve("meta.sqlite3"), 0, Bytes.of(1, 400 * PAGE)));
        long parts = new DataFolder(server.data()).parts().size();
        Command salvage = Command.run("salvage", "1", "--data", server.data().toString());
        assertThat(salvage.exit()).as(salvage.text()).isZero();
        assertThat(new DataFolder(server.data()).parts()).as("none is deleted").hasSize((int) parts);
        try (Stream<Path> kept = Files.list(server.data().resolve("slots/1"))) {
            assertThat(kept.map(path -> path.getFileName().toString()))
                    .anyMatch(name -> name.startsWith("salvaged-"))
                    .contains("meta.sqlite3")
                    .doesNotContain("quarantined", "meta.sqlite3.new");
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    @Test
    void salvageMayBeKilledAtAnyMomentAndRunAgain(ServerLab lab) throws Throwable {
        assertThat(fill(lab).stop()).isZero();
        Mishap mishap = slot -> cut(slot.resolve("meta.sqlite3"), 0.5);
        SkerryServer whole = damaged(lab, "not killed", mishap);
        long begun = System.nanoTime();
        assertThat(Command.run("salvage", "1", "--data", whole.data().toString())
                        .exit())
                .isZero();
        long millis = Duration.ofNanos(System.nanoTime() - begun).toMillis();
        int expected = served(whole.start());
        assertThat(whole.stop()).isZero();
        assertThat(expected).isGreaterThan(written.size() / 2);
        SplittableRandom random = Seed.of("RecoveryTest");
        for (int round = 0; round < KILLS; round++) {
            SkerryServer server = damaged(lab, "killed " + round, mishap);
            String data = server.data().toString();
            for (int kills = random.nextInt(1, 4); kills > 0; kills--) {
                Command.runFor(Duration.ofMillis(random.nextLong(millis / 3, millis)), "salvage", "1", "--data", data);
            }
            Command salvage = Command.run("salvage", "1", "--data", data);
            assertThat(salvage.exit()).as(salvage.text()).isZero();
            assertThat(served(server.start())).as("round " + round).isEqualTo(expected);
            assertThat(ready(server).text()).contains("\"slots\":\"ok\"");
            assertThat(server.stop()).isZero();
        }
    }

    /** As docs/operations.md says: the folder of the slot as a whole, then salvage, which releases it. */
    @Test
    void aSlotIsRestoredFromABackup(ServerLab lab) throws Throwable {
        assertThat(fill(lab).stop()).isZero();
        SkerryServer server = damaged(lab, "restored", slot -> cut(slot.resolve("meta.sqlite3"), 0.3));
        server.start();
        assertThat(served(server)).isLessThan(written.size());
        assertThat(server.stop()).isZero();
        Path slot = server.data().resolve("slots/1");
        Files.move(slot, lab.path("damaged slot"));
        new DataFolder(lab.path("base").resolve("slots/1")).copyTo(slot);
        Command salvage = Command.run("salvage", "1", "--data", server.data().toString());
        assertThat(salvage.exit()).as(salvage.text()).isZero();
        assertThat(salvage.text()).contains("slot 1: sound");
        server.start();
        assertThat(served(server)).isEqualTo(written.size());
        assertThat(listed(server)).hasSize(written.size());
        assertThat(server.stop()).isZero();
    }

    @Test
    void salvageLeavesARunningNodeAlone(ServerLab lab) {
        SkerryServer server = lab.server(Settings.of(lab.path("base"))).start();
        Command salvage = Command.run("salvage", "--data", server.data().toString());
        assertThat(salvage.exit()).isEqualTo(1);
        assertThat(salvage.text()).contains("in use by another skerry process");
        assertThat(Command.run("salvage", "--data", lab.path("nothing").toString())
                        .exit())
                .isEqualTo(1);
        assertThat(lab.path("nothing")).doesNotExist();
    }
}
