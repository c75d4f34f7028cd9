package dev.skerry.server;

import dev.skerry.admin.Health;
import dev.skerry.admin.Health.Check;
import dev.skerry.admin.Health.Finding;
import dev.skerry.admin.Health.State;
import dev.skerry.blob.SlotId;
import dev.skerry.blob.catalog.Catalog;
import dev.skerry.blob.commit.MetadataStore;
import dev.skerry.blob.part.PartStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** What must work for a node to serve. */
final class HealthChecks {
    private HealthChecks() {}

    static List<Check> of(Catalog catalog, MetadataStore metadata, PartStore parts, List<Path> folders) {
        return List.of(
                Health.check("catalog", () -> {
                    catalog.lastSequence();
                    return Finding.OK;
                }),
                Health.check("slots", () -> slots(metadata)),
                Health.check("disk", () -> disk(parts, folders)));
    }

    /** A slot out of service takes no traffic from the others away, as long as there are others. */
    private static Finding slots(MetadataStore metadata) {
        Map<SlotId, String> quarantined = metadata.quarantined();
        for (SlotId slot : metadata.slots()) {
            if (!quarantined.containsKey(slot)) {
                metadata.lastSequence(slot);
            }
        }
        if (quarantined.isEmpty()) {
            return Finding.OK;
        }
        State state = quarantined.size() == metadata.slots().size() ? State.FAILED : State.DEGRADED;
        return new Finding(
                state,
                "quarantined: slots " + quarantined.keySet().stream().sorted().toList() + " of "
                        + metadata.slots().size() + "; what is in the others is served");
    }

    /** A full disk takes no traffic away: reads and deletes go on, and a write is told why not. */
    private static Finding disk(PartStore parts, List<Path> folders) {
        for (Path folder : folders) {
            if (!Files.isWritable(folder)) {
                return new Finding(State.FAILED, folder + " cannot be written");
            }
        }
        return parts.hasRoom(1)
                ? Finding.OK
                : new Finding(State.DEGRADED, "no room for writes; reads and deletes go on");
    }
}
