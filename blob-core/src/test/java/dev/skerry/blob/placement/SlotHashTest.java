package dev.skerry.blob.placement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.skerry.blob.BlobPath;
import dev.skerry.blob.PlacementGroup;
import dev.skerry.blob.SlotId;
import dev.skerry.blob.placement.PlacementPolicy.NodeId;
import dev.skerry.blob.placement.PlacementPolicy.Placement;
import java.util.List;
import org.junit.jupiter.api.Test;

class SlotHashTest {
    @Test
    void placesAreForEver() {
        assertThat(new SlotHash(16).slotOf(BlobPath.of("bucket", "key"))).isEqualTo(new SlotId(3));
        assertThat(new SlotHash(7).slotOf(BlobPath.of("bucket", "key"))).isEqualTo(new SlotId(0));
        assertThat(new SlotHash(1000).slotOf(BlobPath.of("bucket", "key"))).isEqualTo(new SlotId(819));
        assertThat(new SlotHash(16).slotOf(BlobPath.of("bucket", "a"))).isEqualTo(new SlotId(3));
        assertThat(new SlotHash(7).slotOf(BlobPath.of("bucket", "a"))).isEqualTo(new SlotId(6));
        assertThat(new SlotHash(1000).slotOf(BlobPath.of("bucket", "a"))).isEqualTo(new SlotId(523));
        assertThat(new SlotHash(16).slotOf(BlobPath.of("bucket", "a/"))).isEqualTo(new SlotId(7));
        assertThat(new SlotHash(7).slotOf(BlobPath.of("bucket", "a/"))).isEqualTo(new SlotId(5));
        assertThat(new SlotHash(1000).slotOf(BlobPath.of("bucket", "a/"))).isEqualTo(new SlotId(623));
        assertThat(new SlotHash(16).slotOf(BlobPath.of("bucket", "a//b"))).isEqualTo(new SlotId(8));
        assertThat(new SlotHash(7).slotOf(BlobPath.of("bucket", "a//b"))).isEqualTo(new SlotId(2));
        assertThat(new SlotHash(1000).slotOf(BlobPath.of("bucket", "a//b"))).isEqualTo(new SlotId(472));
        assertThat(new SlotHash(16).slotOf(BlobPath.of("bucket", "../x"))).isEqualTo(new SlotId(13));
        assertThat(new SlotHash(7).slotOf(BlobPath.of("bucket", "../x"))).isEqualTo(new SlotId(0));
        assertThat(new SlotHash(1000).slotOf(BlobPath.of("bucket", "../x"))).isEqualTo(new SlotId(701));
        assertThat(new SlotHash(16).slotOf(BlobPath.of("photos", "2026/é.jpg"))).isEqualTo(new SlotId(14));
        assertThat(new SlotHash(7).slotOf(BlobPath.of("photos", "2026/é.jpg"))).isEqualTo(new SlotId(6));
        assertThat(new SlotHash(1000).slotOf(BlobPath.of("photos", "2026/é.jpg")))
                .isEqualTo(new SlotId(742));
        assertThat(new SlotHash(16).slotOf(BlobPath.of("b", "0"))).isEqualTo(new SlotId(0));
        assertThat(new SlotHash(7).slotOf(BlobPath.of("b", "0"))).isEqualTo(new SlotId(5));
        assertThat(new SlotHash(1000).slotOf(BlobPath.of("b", "0"))).isEqualTo(new SlotId(728));
    }

    @Test
    void keysThatAreNotTextHaveAPlaceToo() {
        BlobPath raw = BlobPath.of("bucket", new byte[] {(byte) 0xFF, (byte) 0xFE, 0});

        assertThat(new SlotHash(16).slotOf(raw)).isEqualTo(new SlotId(12));
    }

    @Test
    void pathsSpreadEvenly() {
        int[] counts = new int[16];
        SlotHash hash = new SlotHash(16);
        for (int i = 0; i < 16_000; i++) {
            counts[hash.slotOf(BlobPath.of("bucket", "key-" + i)).value()]++;
        }

        assertThat(counts).doesNotContain(0);
        for (int count : counts) {
            assertThat(count).isBetween(850, 1150);
        }
    }

    @Test
    void oneNodeHoldsEverythingInGroupZero() {
        NodeId node = new NodeId("node-1");
        SingleNodePlacement placement = new SingleNodePlacement(node, new SlotHash(16));
        BlobPath path = BlobPath.of("bucket", "key");

        assertThat(placement.computePlacement(path))
                .isEqualTo(new Placement(PlacementGroup.ZERO, new SlotHash(16).slotOf(path), node, List.of()));
        assertThat(placement.groupOf(new SlotId(15))).isEqualTo(PlacementGroup.ZERO);
        assertThat(placement.nodesForGroup(PlacementGroup.ZERO)).containsExactly(node);
        assertThatIllegalArgumentException().isThrownBy(() -> placement.nodesForGroup(new PlacementGroup(1)));
    }

    @Test
    void aStoreHasASlot() {
        assertThatIllegalArgumentException().isThrownBy(() -> new SlotHash(0));
    }
}
