package dev.skerry.compat.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.compat.wire.Bytes;
import dev.skerry.compat.wire.WireClient;
import dev.skerry.compat.wire.WireRequest;
import dev.skerry.compat.wire.WireResponse;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Writes to keys of its own until its connection breaks, and journals what was acknowledged. */
final class Writer {
    private static final int MAX_VERSIONS = 6;
    private static final int MIN_PART = 5 << 20;

    private final List<KeyJournal> keys;
    private final SplittableRandom random;
    private @Nullable OpenUpload open;
    private final AtomicLong acknowledged = new AtomicLong();

    /** An upload whose begin and parts were acknowledged; a later round completes it. */
    private record OpenUpload(KeyJournal journal, String id, Content content, List<String> etags) {}

    Writer(List<KeyJournal> keys, SplittableRandom random) {
        this.keys = List.copyOf(keys);
        this.random = random;
    }

    /** How many requests were acknowledged. */
    long acknowledged() {
        return acknowledged.get();
    }

    /**
     * Writes until the connection breaks.
     *
     * @throws AssertionError if the server answers with a failure
     */
    void writeUntilBroken(WireClient client) {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                step(client);
                acknowledged.incrementAndGet();
            }
        } catch (IOException broken) {
            // the kill; what was under way is in the journal as a doubt
            return;
        }
    }

    private void step(WireClient client) throws IOException {
        KeyJournal journal = keys.get(random.nextInt(keys.size()));
        int dice = random.nextInt(1000);
        if (dice < 15) {
            multipart(client, journal);
        } else if (dice < 150) {
            delete(client, journal);
        } else if (journal.versioned && journal.versions.size() >= MAX_VERSIONS) {
            deleteVersion(client, journal);
        } else {
            put(client, journal, new Content(random.nextLong(), List.of(size())));
        }
    }

    private int size() {
        return switch (random.nextInt(10)) {
            case 0 -> 0;
            case 1, 2, 3, 4 -> random.nextInt(Content.INLINE + 1);
            case 9 -> random.nextInt(Content.INLINE + 1, 2 << 20);
            default -> random.nextInt(Content.INLINE + 1, 100_000);
        };
    }

    private void put(WireClient client, KeyJournal journal, Content content) throws IOException {
        journal.doubt = new KeyJournal.Doubt.Put(content);
        WireResponse answer = succeed(client, request(client, "PUT", journal).body(content.bytes()));
        journal.acknowledgePut(versionId(answer), content);
    }

    private void delete(WireClient client, KeyJournal journal) throws IOException {
        journal.doubt = new KeyJournal.Doubt.Delete();
        WireResponse answer = succeed(client, request(client, "DELETE", journal));
        journal.acknowledgeDelete(versionId(answer));
    }

    private void deleteVersion(WireClient client, KeyJournal journal) throws IOException {
        List<String> ids = new ArrayList<>(journal.versions.keySet());
        String id = ids.get(random.nextInt(ids.size()));
        journal.doubt = new KeyJournal.Doubt.DeleteVersion(id);
        succeed(client, request(client, "DELETE", journal).query("versionId", id));
        journal.acknowledgeDeleteVersion(id);
    }

    /** Begins an upload and sends its parts, or completes the one begun before, perhaps before a kill. */
    private void multipart(WireClient client, KeyJournal journal) throws IOException {
        OpenUpload begun = open;
        if (begun != null) {
            open = null;
            complete(client, begun);
            return;
        }
        Content content =
                new Content(random.nextLong(), List.of(MIN_PART, random.nextInt(Content.INLINE + 1, 200_000)));
        String id = succeed(client, request(client, "POST", journal).query("uploads", ""))
                .element("UploadId");
        List<String> etags = new ArrayList<>();
        for (int i = 0; i < content.partSizes().size(); i++) {
            WireRequest part = request(client, "PUT", journal)
                    .query("partNumber", Integer.toString(i + 1))
                    .query("uploadId", id)
                    .body(content.part(i));
            etags.add(succeed(client, part).header("etag").orElseThrow());
        }
        open = new OpenUpload(journal, id, content, etags);
    }

    private static void complete(WireClient client, OpenUpload upload) throws IOException {
        StringBuilder xml = new StringBuilder("<CompleteMultipartUpload>");
        for (int i = 0; i < upload.etags.size(); i++) {
            xml.append("<Part><PartNumber>").append(i + 1).append("</PartNumber><ETag>");
            xml.append(upload.etags.get(i).replace("\"", "&quot;")).append("</ETag></Part>");
        }
        xml.append("</CompleteMultipartUpload>");
        KeyJournal journal = upload.journal;
        journal.doubt = new KeyJournal.Doubt.Put(upload.content);
        WireResponse answer = succeed(
                client,
                request(client, "POST", journal).query("uploadId", upload.id).body(Bytes.utf8(xml.toString())));
        assertThat(answer.code()).as("%s", answer).isEmpty();
        journal.acknowledgePut(versionId(answer), upload.content);
    }

    private static WireRequest request(WireClient client, String method, KeyJournal journal) {
        return client.object(method, journal.bucket, journal.key);
    }

    private static WireResponse succeed(WireClient client, WireRequest request) throws IOException {
        WireResponse answer = client.exchange(request);
        assertThat(answer.status()).as("%s: %s", request.method(), answer).isBetween(200, 204);
        return answer;
    }

    private static String versionId(WireResponse answer) {
        Optional<String> id = answer.header("x-amz-version-id");
        return id.orElse(KeyJournal.NULL);
    }
}
