package dev.skerry.server;

import dev.skerry.admin.AdminApi;
import dev.skerry.admin.Health;
import dev.skerry.admin.StoreNumbers;
import dev.skerry.blob.SlotId;
import dev.skerry.blob.commit.MetadataStore;
import dev.skerry.blob.commit.MetadataStore.Statistics;
import dev.skerry.blob.lifecycle.LifecyclePreview;
import dev.skerry.blob.lifecycle.LifecycleSchedule;
import dev.skerry.blob.lifecycle.LifecycleWorker;
import dev.skerry.blob.upkeep.GarbageCollector;
import dev.skerry.blob.upkeep.Scrubber;
import dev.skerry.blob.upkeep.Upkeep;
import dev.skerry.metadata.SlotChecker;
import dev.skerry.s3.http.AccessExplainer;
import java.util.LinkedHashMap;
import java.util.Map;

/** What an administrator can ask of this node. */
final class Administration {
    private Administration() {}

    /** The work that goes on by itself, and what of it will be done. */
    record Background(Upkeep upkeep, SlotChecker checker, LifecycleSchedule lifecycle, LifecyclePreview preview) {}

    static AdminApi of(
            NodeFolder node,
            MetadataStore metadata,
            StoreNumbers numbers,
            Health health,
            Background background,
            AccessExplainer access) {
        return new AdminApi(
                () -> status(node, metadata, numbers, health),
                Map.of(
                        "access", parameters -> access.explain(AccessQuestion.of(parameters)),
                        "lifecycle", parameters -> LifecycleDryRun.answer(background.preview, parameters)),
                Map.of(
                        "gc",
                                () -> {
                                    // where that is not known of a database, nothing is collected
                                    background.checker.checkLeft();
                                    return collected(background.upkeep.runOnce());
                                },
                        "scrub", () -> scrubbed(background.upkeep.scrubOnce()),
                        "check", () -> checked(background.checker.checkAll(), metadata),
                        "lifecycle", () -> aged(background.lifecycle.runOnce())));
    }

    private static Map<String, Object> status(
            NodeFolder node, MetadataStore metadata, StoreNumbers numbers, Health health) {
        Statistics total = numbers.total();
        Map<String, Object> slots = new LinkedHashMap<>();
        Map<SlotId, String> quarantined = metadata.quarantined();
        for (SlotId slot : metadata.slots()) {
            String reason = quarantined.get(slot);
            slots.put(
                    slot.toString(),
                    reason == null
                            ? Map.of("last_sequence", metadata.lastSequence(slot))
                            : Map.of("quarantined", reason));
        }
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("node_id", node.nodeId());
        document.put("cluster_id", node.clusterId());
        document.put("health", health.look().details());
        document.put("blobs", total.liveBlobs());
        document.put("bytes", total.liveBytes());
        document.put("generations", total.generations());
        document.put("tombstones", total.tombstones());
        document.put("uploads", total.uploads());
        document.put("garbage_folders", total.garbageFolders());
        document.put("slots", slots);
        return document;
    }

    private static Map<String, Object> checked(SlotChecker.Found found, MetadataStore metadata) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("whole", found.whole().size());
        document.put("damaged", found.damaged().stream().map(SlotId::value).toList());
        document.put("failed", found.failed().stream().map(SlotId::value).toList());
        document.put("quarantined", metadata.quarantined().size());
        return document;
    }

    private static Map<String, Object> collected(GarbageCollector.Summary summary) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("generations", summary.generations());
        document.put("folders", summary.folders());
        document.put("leftovers", summary.leftovers());
        document.put("events", summary.events());
        document.put("failed_slots", summary.failedSlots());
        return document;
    }

    private static Map<String, Object> aged(LifecycleWorker.Summary summary) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("expired", summary.expired());
        document.put("removed", summary.removed());
        document.put("moved", summary.moved());
        document.put("aborted", summary.aborted());
        document.put("kept", summary.kept());
        document.put("failed", summary.failed());
        return document;
    }

    private static Map<String, Object> scrubbed(Scrubber.Progress progress) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("parts", progress.parts());
        document.put("bytes", progress.bytes());
        document.put(
                "damaged",
                progress.damaged().stream()
                        .map(damage -> Map.of(
                                "slot", damage.slot().value(),
                                "blob_id", damage.blobId().value(),
                                "part", damage.partIndex(),
                                "detail", damage.detail()))
                        .toList());
        return document;
    }
}
