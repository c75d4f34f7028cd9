package dev.skerry.blob.commit;

import dev.skerry.blob.BlobMeta;
import dev.skerry.blob.BlobPath;
import dev.skerry.blob.commit.Precondition.IfGeneration;
import dev.skerry.blob.commit.Precondition.IfMatch;
import dev.skerry.blob.commit.Precondition.IfModifiedAt;
import dev.skerry.blob.commit.Precondition.IfNoneMatch;
import dev.skerry.blob.commit.Precondition.IfSize;
import dev.skerry.blob.failure.StoreFailure;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** Evaluates {@link Precondition}s. */
public final class Conditions {
    private static final String ANY = "*";

    private Conditions() {}

    /**
     * The first condition that does not hold, as a refusal.
     *
     * @param version the version the conditions are about; a tombstone or a hidden one counts as absent
     * @param newest the path's generation of the highest number
     */
    public static Optional<StoreFailure> violated(
            List<Precondition> conditions, BlobPath path, Optional<BlobMeta> version, Optional<BlobMeta> newest) {
        Optional<BlobMeta> shown = version.filter(meta -> meta.visible() && !meta.tombstone());
        for (Precondition condition : conditions) {
            Optional<StoreFailure> failure = switch (condition) {
                case IfMatch match -> ifMatch(match, path, shown);
                case IfSize size -> ifSize(size, path, shown);
                case IfModifiedAt modified -> ifModifiedAt(modified, path, shown);
                case IfNoneMatch noneMatch -> ifNoneMatch(noneMatch, shown);
                case IfGeneration generation -> ifGeneration(generation, newest);
            };
            if (failure.isPresent()) {
                return failure;
            }
        }
        return Optional.empty();
    }

    private static Optional<StoreFailure> ifMatch(IfMatch condition, BlobPath path, Optional<BlobMeta> shown) {
        return ifShown(path, shown, meta -> matches(condition.etags(), meta), "If-Match");
    }

    private static Optional<StoreFailure> ifSize(IfSize condition, BlobPath path, Optional<BlobMeta> shown) {
        return ifShown(path, shown, meta -> meta.sizeBytes() == condition.sizeBytes(), "x-amz-if-match-size");
    }

    private static Optional<StoreFailure> ifModifiedAt(
            IfModifiedAt condition, BlobPath path, Optional<BlobMeta> shown) {
        return ifShown(
                path,
                shown,
                meta -> meta.createdAt().getEpochSecond() == condition.second().getEpochSecond(),
                "x-amz-if-match-last-modified-time");
    }

    private static Optional<StoreFailure> ifShown(
            BlobPath path, Optional<BlobMeta> shown, Predicate<BlobMeta> holds, String condition) {
        if (shown.isEmpty()) {
            return Optional.of(new StoreFailure.NoSuchBlob(path));
        }
        return shown.filter(holds).isPresent()
                ? Optional.empty()
                : Optional.of(new StoreFailure.PreconditionFailed(condition));
    }

    private static Optional<StoreFailure> ifNoneMatch(IfNoneMatch condition, Optional<BlobMeta> shown) {
        return shown.filter(meta -> matches(condition.etags(), meta))
                .map(_ -> new StoreFailure.PreconditionFailed("If-None-Match"));
    }

    private static Optional<StoreFailure> ifGeneration(IfGeneration condition, Optional<BlobMeta> newest) {
        long actual = newest.map(meta -> meta.generation().value()).orElse(0L);
        return actual == condition.generation()
                ? Optional.empty()
                : Optional.of(new StoreFailure.PreconditionFailed("If-Generation"));
    }

    private static boolean matches(List<String> etags, BlobMeta meta) {
        return etags.stream()
                .anyMatch(etag -> etag.equals(ANY) || etag.equals(meta.etag()) || etag.equals(meta.nativeEtag()));
    }
}
