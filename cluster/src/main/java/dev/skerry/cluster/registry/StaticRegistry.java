package dev.skerry.cluster.registry;

import dev.skerry.blob.placement.PlacementPolicy.NodeId;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The nodes that the configuration lists, for good, and the document that follows from it. Nothing is kept: each node's
 * configuration says the same.
 */
public final class StaticRegistry implements Registry {
    private final List<NodeRecord> nodes;
    private final byte[] document;

    /** A registry of these nodes. */
    public StaticRegistry(List<NodeRecord> nodes, byte[] document) {
        this.nodes = nodes.stream()
                .sorted(Comparator.comparing(node -> node.id().value()))
                .toList();
        this.document = document.clone();
    }

    @Override
    public Registration register(NodeRecord node, Duration lease) {
        Optional<NodeRecord> other = nodes.stream()
                .filter(listed ->
                        listed.id().equals(node.id()) && !listed.address().equals(node.address()))
                .findFirst();
        return other.<Registration>map(Registration.Taken::new).orElseGet(Registration.Listed::new);
    }

    @Override
    public void leave(NodeId node) {
        // whoever is listed stays listed
    }

    @Override
    public List<NodeRecord> nodes() {
        return nodes;
    }

    @Override
    public void watch(Runnable changed) {
        // never
    }

    @Override
    public byte[] document(byte[] ifAbsent) {
        RecordJson.checkedDocument(ifAbsent);
        return document.clone();
    }

    @Override
    public Optional<byte[]> document() {
        return Optional.of(document.clone());
    }

    @Override
    public void close() {
        // holds nothing
    }
}
