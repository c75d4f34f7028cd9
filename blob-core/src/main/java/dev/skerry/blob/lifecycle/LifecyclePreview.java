package dev.skerry.blob.lifecycle;

import dev.skerry.blob.BlobId;
import dev.skerry.blob.ListedBlob;
import dev.skerry.blob.catalog.Bucket;
import dev.skerry.blob.clock.HlcClock;
import dev.skerry.blob.commit.Command.Upload;
import dev.skerry.blob.store.AgedVersions;
import dev.skerry.blob.store.Buckets;
import dev.skerry.blob.store.Listing;
import dev.skerry.blob.store.Uploads;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Says what the rules of a bucket will do, to which versions and uploads, when and why, and does nothing. It is given
 * out in pages, each of which costs a bounded number of rows. Blocks; safe for use by many threads.
 */
public final class LifecyclePreview {
    private static final int PAGE_ROWS = 1000;

    /** The most rows one page looks at, but that it does not end within the versions of a key. */
    private static final int MAX_ROWS = 10_000;

    /** The most lines of a page; those of a key that has more are left out. */
    private static final int MAX_LINES = 10_000;

    private static final BlobId LEAST_ID = new BlobId("0".repeat(26));

    private final Buckets buckets;
    private final Listing listing;
    private final Uploads uploads;
    private final AgedVersions versions;
    private final LifecycleReader reader;
    private final HlcClock clock;
    private final LifecycleSettings settings;

    /** A preview of what a worker with the same ports and settings would do. */
    public LifecyclePreview(LifecycleWorker.Ports ports, LifecycleSettings settings) {
        this.buckets = ports.buckets();
        this.listing = ports.listing();
        this.uploads = ports.uploads();
        this.versions = ports.versions();
        this.reader = ports.reader();
        this.clock = ports.clock();
        this.settings = settings;
    }

    /**
     * One version or upload.
     *
     * @param id S3's version id, or the upload's id
     * @param sizeBytes of the version; 0 for an upload
     * @param verdict what will be done first
     * @param due whether that is due already
     */
    public record Line(String key, String id, long sizeBytes, Verdict verdict, boolean due) {}

    /**
     * One page.
     *
     * @param lines versions by ascending key, then uploads
     * @param leftOut how many lines a key had too many
     * @param next where the next page begins, or null where this is the last
     */
    public record Page(
            List<Line> lines, long leftOut, @Nullable String next) {
        public Page {
            lines = List.copyOf(lines);
        }
    }

    /**
     * One page of about {@code lines} lines.
     *
     * @param from where it begins, as the page before said; null for the first
     * @throws IllegalArgumentException where {@code from} is no such place
     * @throws dev.skerry.blob.failure.StoreException with {@code NoSuchBucket}
     */
    public Page page(String bucketName, @Nullable String from, int lines) {
        Bucket bucket = buckets.require(bucketName);
        Optional<LifecycleConfiguration> rules = reader.of(bucket);
        if (rules.isEmpty()) {
            return new Page(List.of(), 0, null);
        }
        LifecycleJudge judge =
                new LifecycleJudge(rules.get(), settings.calendar(), settings.classes(), bucket.versioning());
        Place place = from == null ? new Place.AfterKey(new byte[0]) : Place.parse(from);
        return switch (place) {
            case Place.AfterKey(byte[] key) -> versions(bucket, rules.get(), judge, key, lines);
            case Place.AfterUpload(String key, BlobId id) -> uploads(bucket, judge, key, id, lines);
        };
    }

    private Page versions(Bucket bucket, LifecycleConfiguration rules, LifecycleJudge judge, byte[] after, int lines) {
        Collected collected = new Collected(judge, Math.min(lines, MAX_LINES));
        boolean end = new VersionWalk(listing, bucket, rules).from(after, PAGE_ROWS, collected);
        Place next = end ? new Place.AfterUpload("", LEAST_ID) : new Place.AfterKey(collected.done(after));
        boolean more = !end || !rules.prefixesOfUploads().isEmpty();
        return new Page(collected.lines(end), collected.leftOut, more ? next.text() : null);
    }

    private Page uploads(Bucket bucket, LifecycleJudge judge, String key, BlobId id, int lines) {
        Uploads.Page page = uploads.list(new Uploads.Query(bucket.name(), "", "", key, id, Math.min(lines, PAGE_ROWS)));
        Instant now = clock.now().instant();
        List<Line> found = new ArrayList<>();
        for (Upload upload : page.uploads()) {
            judge.abortion(upload.path().key(), upload.initiatedAt())
                    .ifPresent(verdict -> found.add(
                            line(upload.path().key(), upload.uploadId().value(), 0, verdict, now)));
        }
        BlobId last = page.lastUploadId();
        String next = page.truncated() && last != null ? new Place.AfterUpload(page.lastKey(), last).text() : null;
        return new Page(found, 0, next);
    }

    private static Line line(String key, String id, long sizeBytes, Verdict verdict, Instant now) {
        return new Line(key, id, sizeBytes, verdict, !verdict.dueAt().isAfter(now));
    }

    /** The lines of a page, as far as their keys are done. */
    private final class Collected implements VersionWalk.Visitor {
        private final LifecycleJudge judge;
        private final int wanted;
        private final Instant now = clock.now().instant();
        private final List<Line> lines = new ArrayList<>();
        private int linesDone;
        private byte @Nullable [] keyDone;
        private int rows;
        private long leftOut;

        Collected(LifecycleJudge judge, int wanted) {
            this.judge = judge;
            this.wanted = wanted;
        }

        @Override
        public void version(ListedBlob row, JudgedVersion version) {
            rows++;
            judge.next(version, new AskedTags(versions, row), now).ifPresent(verdict -> {
                if (lines.size() < MAX_LINES) {
                    lines.add(line(row.path().key(), row.versionId(), row.sizeBytes(), verdict, now));
                } else {
                    leftOut++;
                }
            });
        }

        @Override
        public void keyDone(byte[] key) {
            keyDone = key;
            linesDone = lines.size();
        }

        @Override
        public boolean pageDone() {
            return keyDone == null || (linesDone < wanted && rows < MAX_ROWS);
        }

        byte[] done(byte[] after) {
            return keyDone == null ? after : keyDone;
        }

        List<Line> lines(boolean end) {
            return end ? lines : lines.subList(0, linesDone);
        }
    }

    /** Where a page begins. */
    private sealed interface Place {
        /** With the versions of the keys after this one. */
        record AfterKey(byte[] key) implements Place {}

        /** With the uploads after this one. */
        record AfterUpload(String key, BlobId id) implements Place {}

        default String text() {
            return switch (this) {
                case AfterKey(byte[] key) -> "v" + encode(key);
                case AfterUpload(String key, BlobId id) -> "u" + id.value() + encode(Keys.bytes(key));
            };
        }

        private static String encode(byte[] key) {
            return Base64.getUrlEncoder().withoutPadding().encodeToString(key);
        }

        static Place parse(String text) {
            try {
                if (text.startsWith("v")) {
                    return new AfterKey(Base64.getUrlDecoder().decode(text.substring(1)));
                }
                if (text.startsWith("u")) {
                    int idEnd = 1 + LEAST_ID.value().length();
                    byte[] key = Base64.getUrlDecoder().decode(text.substring(idEnd));
                    return new AfterUpload(
                            new String(key, StandardCharsets.UTF_8), new BlobId(text.substring(1, idEnd)));
                }
            } catch (IllegalArgumentException | IndexOutOfBoundsException _) {
                // refused below
            }
            throw new IllegalArgumentException("from: " + text + " (expected: what the page before said)");
        }
    }
}
