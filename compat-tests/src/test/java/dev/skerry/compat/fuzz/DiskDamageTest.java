package dev.skerry.compat.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.compat.operate.Command;
import dev.skerry.compat.sdk.Sdk;
import dev.skerry.compat.server.DataFolder;
import dev.skerry.compat.server.Seed;
import dev.skerry.compat.server.ServerLab;
import dev.skerry.compat.server.Settings;
import dev.skerry.compat.server.SkerryServer;
import dev.skerry.compat.server.WithServer;
import dev.skerry.compat.wire.Bytes;
import dev.skerry.compat.wire.Wire;
import dev.skerry.compat.wire.WireRequest;
import dev.skerry.compat.wire.WireResponse;
import java.io.EOFException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;

/**
 * Damage on disk, to part files and to database pages: a read gives exactly what was written or it fails. It never
 * gives other bytes as if they were right.
 */
@ExtendWith(WithServer.class)
class DiskDamageTest {
    private static final int METADATA_ROUNDS = Integer.getInteger("skerry.damage", 25);
    private static final int PART_ROUNDS = 150;
    private static final int FOLDER_ROUNDS = Integer.getInteger("skerry.damage", 6);

    private final SplittableRandom random = Seed.of("DiskDamageTest");
    private final List<Content> objects = new ArrayList<>();

    private SkerryServer server;
    private String bucket;

    private record Content(String key, byte[] bytes) {}

    @BeforeEach
    void setUp(ServerLab lab) {
        server = lab.server().start();
        try (S3Client client = Sdk.sync(server)) {
            bucket = Sdk.bucket(client);
            for (int size : new int[] {1, 500, 5000, 8192, 8193, 65_536, 65_537, 200_000, 1 << 20}) {
                for (int copy = 0; copy < 4; copy++) {
                    Content object = new Content("size " + size + " " + copy, Bytes.of(size + copy, size));
                    client.putObject(b -> b.bucket(bucket).key(object.key), RequestBody.fromBytes(object.bytes));
                    objects.add(object);
                }
            }
            objects.add(multipart(client));
        }
    }

    private Content multipart(S3Client client) {
        byte[] whole = Bytes.of(99, (5 << 20) + 100_000);
        String upload =
                client.createMultipartUpload(b -> b.bucket(bucket).key("parts")).uploadId();
        List<CompletedPart> parts = new ArrayList<>();
        for (int from = 0; from < whole.length; from += 5 << 20) {
            int number = parts.size() + 1;
            byte[] part = Arrays.copyOfRange(whole, from, Math.min(whole.length, from + (5 << 20)));
            String etag = client.uploadPart(
                            b -> b.bucket(bucket).key("parts").uploadId(upload).partNumber(number),
                            RequestBody.fromBytes(part))
                    .eTag();
            parts.add(CompletedPart.builder().partNumber(number).eTag(etag).build());
        }
        client.completeMultipartUpload(
                b -> b.bucket(bucket).key("parts").uploadId(upload).multipartUpload(m -> m.parts(parts)));
        return new Content("parts", whole);
    }

    @Test
    void damagedPartFilesAreNeverServed() throws IOException {
        List<Path> parts = new DataFolder(server.data()).parts();
        assertThat(parts).hasSizeGreaterThan(20);
        int noticed = 0;
        for (int round = 0; round < PART_ROUNDS; round++) {
            Path part = parts.get(random.nextInt(parts.size()));
            byte[] good = Files.readAllBytes(part);
            Content object = ownerOf(good);
            damage(part);
            boolean changed = !Files.exists(part) || !Arrays.equals(Files.readAllBytes(part), good);
            boolean served = isServedRight(object);
            if (changed) {
                assertThat(served)
                        .as("%s is damaged, so it cannot be served", part)
                        .isFalse();
                noticed++;
            }
            Files.write(part, good);
        }
        assertThat(noticed).isGreaterThan(PART_ROUNDS / 2);
        for (Content object : objects) {
            assertThat(isServedRight(object)).as(object.key).isTrue();
        }
        assertThat(server.stop()).isZero();
    }

    private Content ownerOf(byte[] part) {
        return objects.stream()
                .filter(o -> Arrays.equals(o.bytes, part))
                .findFirst()
                .orElseGet(objects::getLast);
    }

    @Test
    void damagedDatabasesNeverMakeWrongBytes() throws IOException {
        assertThat(server.stop()).isZero();
        Map<Path, byte[]> pristine = new HashMap<>();
        for (Path database : new DataFolder(server.data()).databases()) {
            pristine.put(database, Files.readAllBytes(database));
        }
        List<Path> databases = pristine.keySet().stream().sorted().toList();
        int served = 0;
        for (int round = 0; round < METADATA_ROUNDS; round++) {
            for (int hits = random.nextInt(1, 6); hits > 0; hits--) {
                damage(databases.get(random.nextInt(databases.size())));
            }
            try {
                server.start();
                for (Content object : objects) {
                    served += isServedRight(object) ? 1 : 0;
                }
                server.kill();
            } catch (IllegalStateException refusedToStart) {
                assertThat(refusedToStart).hasMessageContaining("skerry: cannot start: ");
            }
            for (Path database : databases) {
                Files.deleteIfExists(database.resolveSibling(database.getFileName() + "-wal"));
                Files.deleteIfExists(database.resolveSibling(database.getFileName() + "-shm"));
                // what a server noticed while it served, it remembers
                Files.deleteIfExists(database.resolveSibling("quarantined"));
                Files.write(database, pristine.get(database));
            }
        }
        System.out.println("DiskDamageTest: " + served + " of " + METADATA_ROUNDS * objects.size()
                + " reads were right, the others were refused");
        assertThat(served).as("one bad page must not take everything").isPositive();
        server.start();
        for (Content object : objects) {
            assertThat(isServedRight(object)).as(object.key).isTrue();
        }
    }

    /** Any file of a node that was killed: databases with their logs, parts, the catalog. Then it is mended. */
    @Test
    void aNodeThatWasKilledAndDamagedServesNothingWrongAndIsMended(ServerLab lab) throws IOException {
        try (S3Client client = Sdk.sync(server)) {
            for (int i = 0; i < 40; i++) {
                Content object = new Content("late " + i, Bytes.of(1000 + i, random.nextInt(1, 20_000)));
                client.putObject(b -> b.bucket(bucket).key(object.key), RequestBody.fromBytes(object.bytes));
                objects.add(object);
            }
        }
        server.kill();
        int served = 0;
        for (int round = 0; round < FOLDER_ROUNDS; round++) {
            Path data = lab.path("round-" + round);
            new DataFolder(server.data()).copyTo(data);
            DataFolder folder = new DataFolder(data);
            List<Path> targets = new ArrayList<>(folder.slotFiles());
            targets.addAll(folder.parts());
            targets.add(data.resolve("catalog.sqlite3-wal"));
            targets.removeIf(file -> file.toFile().length() == 0);
            for (int hits = random.nextInt(1, 8); hits > 0; hits--) {
                damage(targets.get(random.nextInt(targets.size())));
            }
            SkerryServer damaged = lab.server(Settings.of(data));
            served += servedBy(damaged);
            Command salvage = Command.run("salvage", "--begin-anew", "--data", data.toString());
            assertThat(salvage.exit()).as(salvage.text()).isZero();
            served += servedBy(damaged);
        }
        assertThat(served).isPositive();
    }

    /** A start may be refused, but says why; it never hangs. */
    private int servedBy(SkerryServer damaged) throws IOException {
        if (!damaged.starts()) {
            assertThat(damaged.log()).anyMatch(line -> line.startsWith("skerry: cannot start: "));
            return 0;
        }
        int served = 0;
        for (Content object : objects) {
            served += isServedRight(damaged, object) ? 1 : 0;
        }
        damaged.kill();
        return served;
    }

    /** Flips a bit, overwrites a run, or cuts the end off. */
    private void damage(Path file) throws IOException {
        try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
            long at = random.nextLong(open.length());
            switch (random.nextInt(4)) {
                case 0, 1 -> {
                    open.seek(at);
                    int old = open.read();
                    open.seek(at);
                    open.write(old ^ 1 << random.nextInt(8));
                }
                case 2 -> {
                    open.seek(at);
                    open.write(
                            Bytes.of(random.nextLong(), (int) Math.min(open.length() - at, random.nextInt(1, 5000))));
                }
                default -> open.setLength(at);
            }
        }
    }

    /** Whether a read gives the right bytes; a read that claims to be whole and gives others fails the test. */
    private boolean isServedRight(Content object) throws IOException {
        return isServedRight(server, object);
    }

    private boolean isServedRight(SkerryServer asked, Content object) throws IOException {
        WireResponse answer;
        try {
            answer = Wire.exchange(
                    asked.s3(),
                    WireRequest.object("GET", asked.s3(), bucket, object.key).sign());
        } catch (EOFException | SocketException brokenOff) {
            return false;
        }
        if (answer.status() >= 400) {
            return false;
        }
        assertThat(answer.status()).isEqualTo(200);
        assertThat(Arrays.equals(answer.body(), object.bytes))
                .as("%s was served with wrong bytes: %d of %d", object.key, answer.body().length, object.bytes.length)
                .isTrue();
        return true;
    }
}
