package dev.skerry.cluster.registry;

import dev.skerry.blob.placement.PlacementPolicy.NodeId;
import dev.skerry.cluster.peer.PeerAddresses;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A network for gossip in one process, from which members can be cut off. */
final class GossipNet {
    private final Executor threads = task -> Thread.ofVirtual().start(task);
    private final Map<String, Place> places = new TreeMap<>();
    private final Set<String> cutOff = ConcurrentHashMap.newKeySet();

    /** Where a member is. */
    private final class Place implements GossipTransport {
        private final GossipAddress self;
        private volatile @Nullable Consumer<byte[]> receiver;

        Place(GossipAddress self) {
            this.self = self;
        }

        @Override
        public GossipAddress self() {
            return self;
        }

        @Override
        public CompletableFuture<Void> send(GossipAddress to, byte[] packet) {
            Place there = place(to.toString());
            Consumer<byte[]> listens = there == null ? null : there.receiver;
            if (listens == null || cutOff.contains(to.toString()) || cutOff.contains(self.toString())) {
                return CompletableFuture.failedFuture(new IOException("no way to " + to));
            }
            return CompletableFuture.runAsync(() -> listens.accept(packet.clone()), threads);
        }

        @Override
        public void receive(Consumer<byte[]> to) {
            receiver = to;
        }
    }

    private synchronized @Nullable Place place(String address) {
        return places.get(address);
    }

    /** A place for one more. */
    synchronized GossipTransport join() {
        int number = places.size() + 1;
        Place place =
                new Place(new GossipAddress(new NodeId("m-" + number), new PeerAddresses.Address("127.0.0.1", number)));
        places.put(place.self().toString(), place);
        return place;
    }

    /** Where everybody is. */
    synchronized Collection<GossipAddress> everybody() {
        return places.values().stream().map(GossipTransport::self).toList();
    }

    void cut(GossipTransport member) {
        cutOff.add(member.self().toString());
    }

    void mend() {
        cutOff.clear();
    }

    /** Says something to a member that is no packet. */
    synchronized void say(byte[] bytes) {
        List.copyOf(places.values()).forEach(place -> {
            Consumer<byte[]> listens = place.receiver;
            if (listens != null) {
                listens.accept(bytes);
            }
        });
    }
}
