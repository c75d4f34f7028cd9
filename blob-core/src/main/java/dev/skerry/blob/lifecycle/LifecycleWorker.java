package dev.skerry.blob.lifecycle;

import dev.skerry.blob.ListedBlob;
import dev.skerry.blob.StoreListener;
import dev.skerry.blob.StoreListener.UpkeepKind;
import dev.skerry.blob.catalog.Bucket;
import dev.skerry.blob.clock.HlcClock;
import dev.skerry.blob.commit.Command.Judged;
import dev.skerry.blob.commit.Command.Upload;
import dev.skerry.blob.failure.StoreException;
import dev.skerry.blob.failure.StoreFailure;
import dev.skerry.blob.lifecycle.CursorFile.Place;
import dev.skerry.blob.store.AgedVersions;
import dev.skerry.blob.store.AgedVersions.Deed;
import dev.skerry.blob.store.AgedVersions.Outcome;
import dev.skerry.blob.store.Buckets;
import dev.skerry.blob.store.Listing;
import dev.skerry.blob.store.Uploads;
import dev.skerry.blob.upkeep.Pace;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does what the rules of buckets want. One pass goes through the buckets that have rules, and in each through the
 * uploads and then the versions that a rule may be about, page by page; what of a page is due is done before the next
 * is read. So memory holds one page, and a pass that is broken off goes on after the last key it was done with.
 *
 * <p>Between judging and doing a version may change: the commit looks again, and what it leaves alone is judged in the
 * next pass. Times are compared with the hybrid clock that made them, so that a clock set back takes nothing early.
 */
public final class LifecycleWorker {
    private static final Logger log = LoggerFactory.getLogger(LifecycleWorker.class);
    private static final byte[] BEGINNING = {};
    private static final Duration BETWEEN_PLACES = Duration.ofSeconds(1);

    private final Ports ports;
    private final LifecycleSettings settings;
    private final CursorFile cursor;
    private final StoreListener listener;

    /** What the worker works on. */
    public record Ports(
            Buckets buckets,
            Listing listing,
            Uploads uploads,
            AgedVersions versions,
            LifecycleReader reader,
            HlcClock clock) {}

    /** A worker that was told nothing yet. */
    public LifecycleWorker(Ports ports, LifecycleSettings settings, CursorFile cursor, StoreListener listener) {
        this.ports = ports;
        this.settings = settings;
        this.cursor = cursor;
        this.listener = listener;
    }

    /**
     * What one pass did.
     *
     * @param expired current versions
     * @param removed versions that were current no longer, and delete markers
     * @param moved to another storage class
     * @param aborted uploads
     * @param kept what a lock keeps, or what was changed in between
     * @param failed what could not be done, buckets included; the next pass tries again
     */
    public record Summary(long expired, long removed, long moved, long aborted, long kept, long failed) {}

    /** Makes one pass, or goes on with one that was broken off; ends early where {@code pace} says so. */
    public Summary pass(Pace pace) {
        Pass pass = new Pass(pace);
        Optional<Place> place = cursor.read();
        for (Bucket bucket : ports.buckets().all()) {
            if (place.filter(at -> bucket.name().compareTo(at.bucket()) < 0).isPresent()) {
                continue;
            }
            byte[] after = place.filter(at -> at.isIn(bucket)).map(Place::key).orElse(BEGINNING);
            if (!pass.over(bucket, after)) {
                return pass.summary();
            }
        }
        cursor.clear();
        return pass.summary();
    }

    /** One pass, of one thread. */
    private final class Pass {
        private final Pace pace;
        private long expired;
        private long removed;
        private long moved;
        private long aborted;
        private long kept;
        private long failed;
        private Instant placedAt = Instant.MIN;

        Pass(Pace pace) {
            this.pace = pace;
        }

        Summary summary() {
            return new Summary(expired, removed, moved, aborted, kept, failed);
        }

        /** Goes over a bucket; says whether to go on with the next. */
        boolean over(Bucket bucket, byte[] after) {
            try {
                Optional<LifecycleConfiguration> rules = ports.reader().of(bucket);
                return rules.isEmpty() || goesThrough(bucket, rules.get(), after);
            } catch (StoreException e) {
                if (e.failure() instanceof StoreFailure.NoSuchBucket) {
                    return true; // it went meanwhile
                }
                return brokeOff(bucket, e);
            } catch (RuntimeException e) {
                // one bucket that cannot be read must not keep the others from growing old
                return brokeOff(bucket, e);
            }
        }

        private boolean brokeOff(Bucket bucket, RuntimeException e) {
            log.warn("lifecycle broke off in a bucket, the next pass tries again, bucket={}", bucket.name(), e);
            failed++;
            return pace.goesOn();
        }

        private boolean goesThrough(Bucket bucket, LifecycleConfiguration rules, byte[] after) {
            LifecycleJudge judge =
                    new LifecycleJudge(rules, settings.calendar(), settings.classes(), bucket.versioning());
            for (String prefix : rules.prefixesOfUploads()) {
                if (!uploads(bucket, judge, prefix)) {
                    return false;
                }
            }
            VersionWalk walk = new VersionWalk(ports.listing(), bucket, rules);
            return walk.from(after, settings.pageRows(), new Versions(this, bucket, judge, after));
        }

        private boolean uploads(Bucket bucket, LifecycleJudge judge, String prefix) {
            Uploads.Query query = new Uploads.Query(bucket.name(), prefix, "", "", null, settings.pageRows());
            while (pace.goesOn()) {
                Uploads.Page page = ports.uploads().list(query);
                Instant now = now();
                List<Upload> due = page.uploads().stream()
                        .filter(upload -> judge.abortion(upload.path().key(), upload.initiatedAt())
                                .filter(verdict -> !verdict.dueAt().isAfter(now))
                                .isPresent())
                        .toList();
                due.forEach(this::abort);
                rest(due.size());
                if (!page.truncated()) {
                    return pace.goesOn();
                }
                query = new Uploads.Query(
                        bucket.name(), prefix, "", page.lastKey(), page.lastUploadId(), settings.pageRows());
            }
            return false;
        }

        private void abort(Upload upload) {
            try {
                ports.uploads().abort(upload.path(), upload.uploadId().value());
                aborted++;
                listener.upkeep(UpkeepKind.UPLOAD_ABORTED, 1, 0);
            } catch (StoreException e) {
                if (!(e.failure() instanceof StoreFailure.NoSuchUpload)) {
                    throw e;
                }
                kept++; // completed or aborted meanwhile
            }
        }

        /** Does what is due of a page, and notes that all keys up to {@code done} are done; says whether to go on. */
        boolean does(Bucket bucket, List<Due> due, byte[] done) {
            if (!due.isEmpty()) {
                List<Outcome> outcomes = ports.versions()
                        .apply(bucket, due.stream().map(Due::deed).toList());
                for (int i = 0; i < outcomes.size(); i++) {
                    count(due.get(i), outcomes.get(i));
                }
            }
            Instant now = now();
            if (!pace.goesOn() || !placedAt.plus(BETWEEN_PLACES).isAfter(now)) {
                cursor.keep(Place.in(bucket, done));
                placedAt = now;
            }
            return rest(due.size());
        }

        private void count(Due due, Outcome outcome) {
            switch (outcome) {
                case CHANGED, LOCKED -> kept++;
                case FAILED -> failed++;
                case DONE -> {
                    switch (due.deed().wish()) {
                        case EXPIRE -> expired++;
                        case REMOVE_VERSION, REMOVE_MARKER -> removed++;
                        case CHANGE_CLASS -> moved++;
                    }
                    listener.upkeep(due.kind(), 1, due.sizeBytes());
                }
            }
        }

        private boolean rest(int actions) {
            long nanos = Duration.ofSeconds(actions).toNanos() / settings.actionsPerSecond();
            return pace.pause(settings.pause().plusNanos(nanos));
        }

        Instant now() {
            return ports.clock().now().instant();
        }
    }

    /** A deed that is due, and how it is counted. */
    private record Due(Deed deed, UpkeepKind kind, long sizeBytes) {}

    /** Collects what of a page is due. */
    private final class Versions implements VersionWalk.Visitor {
        private final Pass pass;
        private final Bucket bucket;
        private final LifecycleJudge judge;
        private final List<Due> due = new ArrayList<>();
        private byte[] done;
        private Instant now;

        Versions(Pass pass, Bucket bucket, LifecycleJudge judge, byte[] done) {
            this.pass = pass;
            this.bucket = bucket;
            this.judge = judge;
            this.done = done;
            this.now = pass.now();
        }

        @Override
        public void version(ListedBlob row, JudgedVersion version) {
            AskedTags tags = new AskedTags(ports.versions(), row);
            judge.due(version, tags, now).ifPresent(verdict -> {
                Deed deed = switch (verdict.action()) {
                    case EXPIRE -> deed(row, tags, AgedVersions.Wish.EXPIRE, verdict);
                    case REMOVE_VERSION -> deed(row, tags, AgedVersions.Wish.REMOVE_VERSION, verdict);
                    case REMOVE_MARKER -> deed(row, tags, AgedVersions.Wish.REMOVE_MARKER, verdict);
                    case TRANSITION -> deed(row, tags, AgedVersions.Wish.CHANGE_CLASS, verdict);
                    case ABORT_UPLOAD -> throw new IllegalStateException("an upload is no version: " + row.path());
                };
                due.add(new Due(deed, kind(deed.wish()), row.sizeBytes()));
            });
        }

        private static Deed deed(ListedBlob row, AskedTags tags, AgedVersions.Wish wish, Verdict verdict) {
            return new Deed(row.path(), new Judged(row.blobId(), tags.answer()), wish, verdict.target());
        }

        private static UpkeepKind kind(AgedVersions.Wish wish) {
            return switch (wish) {
                case EXPIRE -> UpkeepKind.VERSION_EXPIRED;
                case REMOVE_VERSION -> UpkeepKind.NONCURRENT_REMOVED;
                case REMOVE_MARKER -> UpkeepKind.MARKER_REMOVED;
                case CHANGE_CLASS -> UpkeepKind.VERSION_MOVED;
            };
        }

        @Override
        public void keyDone(byte[] key) {
            done = key;
        }

        @Override
        public boolean pageDone() {
            boolean goesOn = pass.does(bucket, List.copyOf(due), done);
            due.clear();
            now = pass.now();
            return goesOn;
        }
    }
}
