package dev.skerry.server;

import dev.skerry.blob.Durability;
import dev.skerry.blob.SlotId;
import dev.skerry.blob.failure.StoreException;
import dev.skerry.blob.part.PartLayout;
import dev.skerry.blob.placement.SlotHash;
import dev.skerry.config.Settings;
import dev.skerry.metadata.SlotDatabases;
import dev.skerry.metadata.SlotSalvage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Consumer;

/** Mends slots of a data folder that no server uses. */
public final class SalvageRun {
    private final Settings settings;

    /** On the data folders of {@code settings}. */
    public SalvageRun(Settings settings) {
        this.settings = settings;
    }

    /**
     * What came of a slot.
     *
     * @param slot which one
     * @param keptIn where what was damaged lies now, or empty where nothing was
     * @param generations of blobs that are there again
     * @param uploads under way that are there again
     * @param folders of part files that no row refers to any more
     * @param lost what is gone, one line each
     * @param complete whether the lines name every generation that is gone
     */
    public record Mended(
            int slot,
            String keptIn,
            long generations,
            long uploads,
            long folders,
            List<String> lost,
            boolean complete) {}

    /** The slots that a server would quarantine at its start, and why. */
    public SortedMap<Integer, String> quarantined() {
        SortedMap<Integer, String> shown = new TreeMap<>();
        inNode(node -> quarantined(node).forEach((slot, reason) -> shown.put(slot.value(), reason)));
        return shown;
    }

    /**
     * Mends these slots, or all that a server would quarantine where none is named, one after the other.
     *
     * @param beginAnew whether a database that is gone is replaced by an empty one
     * @param mended hears of each as soon as it is done
     * @throws StartException if the data folders are in use, are no folders of a node, or fail
     */
    public void run(List<Integer> slots, boolean beginAnew, Consumer<Mended> mended) {
        inNode(node -> {
            PartLayout layout = new PartLayout(node.folders());
            SlotHash hash = new SlotHash(node.slots());
            List<SlotId> chosen = slots.isEmpty()
                    ? quarantined(node).keySet().stream().sorted().toList()
                    : slots.stream().map(slot -> slot(slot, node)).toList();
            for (SlotId slot : chosen) {
                SlotSalvage salvage = new SlotSalvage(
                        slot, layout.slot(slot), path -> hash.slotOf(path).equals(slot), Assembly.CLOCK);
                mended.accept(shown(salvage.run(beginAnew)));
            }
        });
    }

    private void inNode(Consumer<NodeFolder> work) {
        Path description = settings.data().getFirst().resolve(NodeFolder.FILE_NAME);
        if (!Files.exists(description)) {
            throw new StartException("data folder " + settings.data().getFirst() + ": has no " + NodeFolder.FILE_NAME
                    + " (expected: the data folder of a server)");
        }
        try (NodeFolder node = NodeFolder.open(
                settings.data(), settings.storage().slots(), new Membership(settings.cluster()), UUID::randomUUID)) {
            work.accept(node);
        } catch (StoreException failure) {
            throw new StartException("cannot go on: " + failure.getMessage(), failure);
        }
    }

    private Map<SlotId, String> quarantined(NodeFolder node) {
        return SlotDatabases.quarantinedIn(
                node.folders().stream().map(folder -> folder.resolve("slots")).toList(),
                node.slots(),
                settings.durability().mode() == Durability.ALWAYS,
                Assembly.platformThreads("slot-open"),
                Assembly.CLOCK);
    }

    private static SlotId slot(int number, NodeFolder node) {
        if (number < 0 || number >= node.slots()) {
            throw new StartException("slot " + number + " (expected: below " + node.slots() + ")");
        }
        return new SlotId(number);
    }

    private static Mended shown(SlotSalvage.Report report) {
        return new Mended(
                report.slot().value(),
                report.keptIn() == null ? "" : report.keptIn().toString(),
                report.generations(),
                report.uploads(),
                report.folders(),
                report.lost(),
                report.complete());
    }
}
