package dev.skerry.cluster.registry;

import dev.skerry.cluster.peer.NodeCalls;
import dev.skerry.cluster.peer.PeerAddresses;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * Gossip as calls between nodes, so over the port that each node has anyway and under the cluster's proof: a packet is
 * the body of a {@code POST}, and the empty answer says that it arrived.
 */
public final class HttpGossipTransport implements GossipTransport {
    static final String SERVICE = "gossip-packet";
    private static final byte[] RECEIVED = {};

    private final GossipAddress self;
    private final NodeCalls calls;
    private final PeerAddresses addresses;
    private final Executor receiving;

    /**
     * Of a node that answers calls once its listener does.
     *
     * @param addresses where the others are; a node that is not among them is put there as gossip has it
     * @param receiving runs what arrives, beside the event loop
     */
    public HttpGossipTransport(GossipAddress self, NodeCalls calls, PeerAddresses addresses, Executor receiving) {
        this.self = self;
        this.calls = calls;
        this.addresses = addresses;
        this.receiving = receiving;
    }

    @Override
    public GossipAddress self() {
        return self;
    }

    @Override
    public CompletableFuture<Void> send(GossipAddress to, byte[] packet) {
        if (packet.length > MAX_PACKET_BYTES) {
            return CompletableFuture.failedFuture(tooLong(packet));
        }
        addresses.putIfAbsent(to.node(), to.place());
        return calls.call(to.node(), SERVICE, packet).thenAccept(_ -> {});
    }

    @Override
    public void receive(Consumer<byte[]> receiver) {
        calls.serve(
                SERVICE,
                packet -> packet.length > MAX_PACKET_BYTES
                        ? CompletableFuture.failedFuture(tooLong(packet))
                        : CompletableFuture.supplyAsync(
                                () -> {
                                    receiver.accept(packet);
                                    return RECEIVED;
                                },
                                receiving));
    }

    private static IOException tooLong(byte[] packet) {
        return new IOException(
                "packet of gossip: " + packet.length + " bytes (expected: at most " + MAX_PACKET_BYTES + ")");
    }
}
