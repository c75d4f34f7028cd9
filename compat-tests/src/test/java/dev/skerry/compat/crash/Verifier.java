package dev.skerry.compat.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.compat.crash.KeyJournal.Doubt;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * Compares a server with the journals. What was in doubt is settled by the first look: it happened wholly or not at
 * all, and from then on it counts as acknowledged.
 */
final class Verifier {
    private final ExecutorService threads;

    /** Versions whose bytes were compared since they were written. */
    private final Set<String> compared = new HashSet<>();

    Verifier(ExecutorService threads) {
        this.threads = threads;
    }

    /**
     * Compares everything that is visible.
     *
     * @param client for this look
     * @param everything whether bytes of versions compared before are compared again
     */
    void verify(S3Client client, Collection<KeyJournal> journals, boolean everything) throws InterruptedException {
        if (everything) {
            compared.clear();
        }
        List<KeyJournal> plain = journals.stream().filter(j -> !j.versioned).toList();
        List<KeyJournal> versioned = journals.stream().filter(j -> j.versioned).toList();
        inParallel(plain, journal -> verifyPlain(client, journal));
        verifyListing(client, plain);
        Map<String, Map<String, Boolean>> listed = listVersions(client, versioned.getFirst().bucket);
        for (KeyJournal journal : versioned) {
            settleVersions(journal, listed.getOrDefault(journal.key, Map.of()));
        }
        inParallel(versioned, journal -> verifyVersions(client, journal));
        verifyListing(client, versioned);
    }

    private static void verifyPlain(S3Client client, KeyJournal journal) {
        byte @Nullable [] found = read(client, journal, null);
        Content acknowledged = journal.versions.get(KeyJournal.NULL);
        if (matches(found, acknowledged)) {
            journal.doubt = null;
            return;
        }
        switch (journal.doubt) {
            case Doubt.Put(Content content)
            when matches(found, content) -> journal.acknowledgePut(KeyJournal.NULL, content);
            case Doubt.Delete() when found == null -> journal.acknowledgeDelete(KeyJournal.NULL);
            case null, default ->
                throw new AssertionError("lost or torn: " + journal + ", found "
                        + (found == null ? "nothing" : found.length + " bytes"));
        }
    }

    /** Which versions there are must be what was acknowledged, give or take the one in doubt. */
    private static void settleVersions(KeyJournal journal, Map<String, Boolean> listed) {
        Set<String> missing = new TreeSet<>(journal.versions.keySet());
        missing.removeAll(listed.keySet());
        Set<String> extra = new TreeSet<>(listed.keySet());
        extra.removeAll(journal.versions.keySet());
        switch (journal.doubt) {
            case Doubt.DeleteVersion(String id)
            when missing.equals(Set.of(id)) -> {
                journal.acknowledgeDeleteVersion(id);
                missing.clear();
            }
            case Doubt.Delete()
            when extra.size() == 1 && isMarker(listed, extra) -> {
                journal.acknowledgeDelete(extra.iterator().next());
                extra.clear();
            }
            case Doubt.Put(Content content)
            when extra.size() == 1 && !isMarker(listed, extra) -> {
                journal.acknowledgePut(extra.iterator().next(), content);
                extra.clear();
            }
            case null, default -> {}
        }
        assertThat(missing).as("lost versions of %s", journal).isEmpty();
        assertThat(extra).as("versions of %s that nobody wrote", journal).isEmpty();
        journal.doubt = null;
    }

    private static boolean isMarker(Map<String, Boolean> listed, Set<String> extra) {
        return listed.getOrDefault(extra.iterator().next(), false);
    }

    private void verifyVersions(S3Client client, KeyJournal journal) {
        if (!matches(read(client, journal, null), journal.current())) {
            throw new AssertionError("the current version is not the last one of " + journal);
        }
        journal.versions.forEach((id, content) -> {
            boolean isNew;
            synchronized (compared) {
                isNew = compared.add(journal.key + id);
            }
            if (isNew && !content.isMarker() && !matches(read(client, journal, id), content)) {
                throw new AssertionError("version " + id + " is lost or torn: " + journal);
            }
        });
    }

    private static byte @Nullable [] read(S3Client client, KeyJournal journal, @Nullable String version) {
        try {
            return client.getObjectAsBytes(
                            b -> b.bucket(journal.bucket).key(journal.key).versionId(version))
                    .asByteArrayUnsafe();
        } catch (NoSuchKeyException nothing) {
            return null;
        }
    }

    private static boolean matches(byte @Nullable [] found, @Nullable Content content) {
        if (found == null || content == null) {
            return found == null && content == null;
        }
        return java.util.Arrays.equals(found, content.bytes());
    }

    private static void verifyListing(S3Client client, List<KeyJournal> journals) {
        Map<String, Long> expected = new TreeMap<>();
        for (KeyJournal journal : journals) {
            Content current = journal.current();
            if (current != null) {
                expected.put(
                        journal.key,
                        current.partSizes().stream()
                                .mapToLong(Integer::longValue)
                                .sum());
            }
        }
        Map<String, Long> listed = new TreeMap<>();
        for (S3Object object : client.listObjectsV2Paginator(b -> b.bucket(journals.getFirst().bucket))
                .contents()) {
            listed.put(object.key(), object.size());
        }
        assertThat(listed).as("what is listed").isEqualTo(expected);
    }

    /** By key, the version ids and whether each is a delete marker. */
    private static Map<String, Map<String, Boolean>> listVersions(S3Client client, String bucket) {
        Map<String, Map<String, Boolean>> listed = new TreeMap<>();
        for (var page : client.listObjectVersionsPaginator(b -> b.bucket(bucket))) {
            page.versions()
                    .forEach(v -> listed.computeIfAbsent(v.key(), _ -> new TreeMap<>())
                            .put(v.versionId(), false));
            page.deleteMarkers()
                    .forEach(m -> listed.computeIfAbsent(m.key(), _ -> new TreeMap<>())
                            .put(m.versionId(), true));
        }
        return listed;
    }

    private void inParallel(List<KeyJournal> journals, Consumer<KeyJournal> check) throws InterruptedException {
        List<Callable<Boolean>> tasks = new ArrayList<>();
        for (KeyJournal journal : journals) {
            tasks.add(() -> {
                check.accept(journal);
                return true;
            });
        }
        for (Future<Boolean> done : threads.invokeAll(tasks)) {
            try {
                done.get();
            } catch (ExecutionException e) {
                throw new AssertionError(
                        e.getCause() == null ? e.toString() : e.getCause().getMessage(), e.getCause());
            }
        }
    }
}
