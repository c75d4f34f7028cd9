package dev.skerry.notify;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.skerry.blob.catalog.CatalogReplica.Document;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BinaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The cursor of a cluster: a document of all its nodes, each of which tells the slots it leads and adds how far it
 * came. Of a slot the highest sequence holds. Whoever leads a slot next goes on there, and repeats what was told since
 * the document was kept last.
 *
 * <p>A node knows its targets only once all slots are in the document, so that no rule can name a target before: a node
 * that comes to know it later, and leads, begins no later than the first did.
 */
final class SharedCursor implements Cursor {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Each time at least one node's change was kept, and there are few nodes. */
    private static final int MAX_TRIES = 32;

    private final SharedDocuments documents;
    private final String name;
    private final FileCursor alone;
    private final Map<Integer, Long> sequences = new ConcurrentHashMap<>();

    /** Guarded by this. */
    private Map<Integer, Long> saved = Map.of();

    /**
     * One that is not loaded yet.
     *
     * @param alone how far this node told while it was alone, if it was: the cluster goes on there
     */
    SharedCursor(SharedDocuments documents, String target, FileCursor alone) {
        this.documents = documents;
        this.name = "notifications:" + target;
        this.alone = alone;
    }

    @Override
    public void load() throws IOException {
        Document kept = documents.document(name).orElse(null);
        if (kept == null) {
            alone.load();
        }
        sequences.putAll(parse(kept));
    }

    @Override
    public synchronized void begin(Map<Integer, Long> newest) {
        if (sequences.keySet().containsAll(newest.keySet())) {
            return;
        }
        Map<Integer, Long> first = new TreeMap<>(newest);
        first.replaceAll((slot, last) -> Math.min(last, alone.of(slot).orElse(last)));
        try {
            sequences.putAll(merge(first, (kept, _) -> kept));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void takeOver(int slot) {
        try {
            Long kept = parse(documents.document(name).orElse(null)).get(slot);
            if (kept != null) {
                sequences.merge(slot, kept, Math::max);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public Optional<Long> of(int slot) {
        return Optional.ofNullable(sequences.get(slot));
    }

    @Override
    public void set(int slot, long sequence) {
        sequences.merge(slot, sequence, Math::max);
    }

    @Override
    public synchronized void save() throws IOException {
        Map<Integer, Long> now = new TreeMap<>(sequences);
        if (!now.equals(saved)) {
            merge(now, Math::max);
            saved = now;
        }
    }

    /** Adds sequences to what is kept, and gives what is kept then. */
    private Map<Integer, Long> merge(Map<Integer, Long> added, BinaryOperator<Long> ofBoth) throws IOException {
        Document kept = documents.document(name).orElse(null);
        for (int tried = 0; tried < MAX_TRIES; tried++) {
            Map<Integer, Long> before = parse(kept);
            Map<Integer, Long> merged = new TreeMap<>(before);
            added.forEach((slot, sequence) -> merged.merge(slot, sequence, ofBoth));
            if (merged.equals(before)) {
                return merged;
            }
            String text = text(merged);
            kept = documents.keep(name, kept == null ? 0 : kept.revision(), text);
            if (kept.text().equals(text)) {
                return merged;
            }
        }
        throw new IOException(name + ": other nodes kept it at the same time");
    }

    private static String text(Map<Integer, Long> sequences) {
        ObjectNode document = JSON.createObjectNode();
        sequences.forEach((slot, sequence) -> document.put(Integer.toString(slot), sequence));
        return document.toString();
    }

    private static Map<Integer, Long> parse(@Nullable Document document) throws IOException {
        Map<Integer, Long> sequences = new TreeMap<>();
        if (document != null) {
            try {
                JsonNode kept = JSON.readTree(document.text());
                kept.properties()
                        .forEach(entry -> sequences.put(
                                Integer.valueOf(entry.getKey()),
                                entry.getValue().asLong()));
            } catch (JsonProcessingException | NumberFormatException e) {
                throw new IOException("the cursor that the nodes keep together is not one", e);
            }
        }
        return sequences;
    }
}
