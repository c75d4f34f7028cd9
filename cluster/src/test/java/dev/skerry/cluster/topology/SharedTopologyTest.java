package dev.skerry.cluster.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skerry.blob.PlacementGroup;
import dev.skerry.blob.SlotId;
import dev.skerry.blob.placement.PlacementPolicy.NodeId;
import dev.skerry.cluster.placement.ClusterMap;
import dev.skerry.cluster.placement.ClusterMap.Member;
import dev.skerry.cluster.placement.ClusterMap.State;
import dev.skerry.cluster.placement.CrushPlacement;
import dev.skerry.cluster.placement.Groups;
import dev.skerry.cluster.placement.MapsJson;
import dev.skerry.cluster.placement.SlotMap;
import dev.skerry.cluster.placement.Topology;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SharedTopologyTest {
    private static final NodeId A = new NodeId("a");
    private static final NodeId D = new NodeId("d");
    private static final Groups GROUPS = new Groups(16, 3);

    private final SharedCatalog catalog = new SharedCatalog();
    private final SharedCatalog.Copy copy = new SharedCatalog.Copy(catalog);
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();

    @AfterEach
    void stop() {
        timer.shutdownNow();
    }

    private static Topology formed(int weightOfA) {
        ClusterMap members = ClusterMap.of(List.of(
                new Member(A, "a:1", "x", weightOfA),
                new Member(new NodeId("b"), "b:1", "x", 1),
                new Member(new NodeId("c"), "c:1", "y", 1)));
        return new Topology("id", 3, members, SlotMap.pin(GROUPS, new CrushPlacement(members, GROUPS, 3)));
    }

    private SharedTopology topology(Topology formed) {
        return new SharedTopology(copy, formed, timer);
    }

    @Test
    void theFirstToFormTheClusterSaysWhatItIs() {
        SharedTopology first = topology(formed(1));
        SharedTopology second = new SharedTopology(new SharedCatalog.Copy(catalog), formed(2), timer);
        first.pin(catalog::keep);
        second.pin(catalog::keep);
        assertThat(first.get()).isEqualTo(formed(1));
        assertThat(second.get()).isEqualTo(formed(1));
        copy.catchUp();
        assertThat(topology(formed(3)).get()).as("of a node that starts again").isEqualTo(formed(1));
    }

    @Test
    void whatTwoChangeAtATimeIsBothThere() {
        SharedTopology first = topology(formed(1));
        first.pin(catalog::keep);
        SharedTopology behind = new SharedTopology(new SharedCatalog.Copy(catalog), formed(1), timer);
        first.change(catalog::keep, now -> now.with(now.members().with(new Member(D, "d:1", "z", 1))));
        Topology both = behind.change(
                catalog::keep,
                now -> now.with(
                        now.members().with(now.members().member(A).orElseThrow().in(State.DRAINING))));
        assertThat(both.members().member(D)).isPresent();
        assertThat(both.members().member(A).orElseThrow().state()).isEqualTo(State.DRAINING);
        copy.catchUp();
        assertThat(first.get()).isEqualTo(both);
        assertThat(first.revision()).isEqualTo(3);
    }

    @Test
    void aChangeThatIsRefusedLeavesEverythingAsItWas() {
        SharedTopology shared = topology(formed(1));
        shared.pin(catalog::keep);
        assertThatThrownBy(() -> shared.change(catalog::keep, _ -> {
                    throw new IllegalArgumentException("no");
                }))
                .hasMessage("no");
        assertThat(shared.revision()).isEqualTo(1);
    }

    @Test
    void whoFollowsIsToldOfEachState() throws Exception {
        SharedTopology shared = topology(formed(1));
        BlockingQueue<Topology> told = new LinkedBlockingQueue<>();
        shared.follow(told::add);
        assertThat(told.poll(3, TimeUnit.MINUTES)).isEqualTo(formed(1));
        catalog.keep(SharedTopology.DOCUMENT, 0, MapsJson.write(formed(5)));
        copy.catchUp();
        assertThat(told.poll(3, TimeUnit.MINUTES)).isEqualTo(formed(5));
        shared.close();
        assertThat(told).isEmpty();
    }

    @Test
    void aDocumentThatCannotBeReadDoesNotTakeTheLastOneAway() {
        SharedTopology shared = topology(formed(1));
        shared.pin(catalog::keep);
        catalog.keep(SharedTopology.DOCUMENT, 1, "{\"cluster_id\":\"id\"}");
        copy.catchUp();
        assertThat(shared.get()).isEqualTo(formed(1));
        assertThatThrownBy(() -> topology(formed(1))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aSlotIsWhereTheMapHasItAndWhereItIsBeingBrought() {
        SharedTopology shared = topology(formed(1));
        shared.pin(catalog::keep);
        PlacedSlots ofA = new PlacedSlots(A, shared);
        PlacedSlots ofD = new PlacedSlots(D, shared);
        SlotId slot = new SlotId(4);
        assertThat(ofA.of(slot)).first().isEqualTo(A);
        assertThat(ofA.votes(slot)).isTrue();
        assertThat(ofD.here(slot)).isFalse();
        PlacementGroup group = GROUPS.of(slot);
        shared.change(catalog::keep, now -> now.with(now.map().learning(group, D)));
        assertThat(ofA.of(slot)).hasSize(4).last().isEqualTo(D);
        assertThat(ofD.of(slot)).first().isEqualTo(D);
        assertThat(ofD.here(slot)).isTrue();
        assertThat(ofD.votes(slot)).isFalse();
        assertThat(ofD.here(new SlotId(3))).isFalse();
        shared.change(catalog::keep, now -> now.with(now.map().voting(group, D).without(group, A)));
        assertThat(ofD.votes(slot)).isTrue();
        assertThat(ofA.of(slot)).doesNotContain(A).contains(D);
    }
}
