package dev.skerry.cluster.parts;

import dev.skerry.blob.PartRef;
import dev.skerry.blob.SlotId;
import dev.skerry.blob.failure.StoreException;
import dev.skerry.blob.failure.StoreFailure;
import dev.skerry.blob.part.PartReader;
import dev.skerry.blob.part.ReadMemory;
import dev.skerry.blob.placement.PlacementPolicy.NodeId;
import dev.skerry.cluster.peer.NodeCalls;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Reads a part from other nodes, some blocks at a time: from the first of them that gives good ones, and then from that
 * one as long as it does. The other node compares its blocks with their checksums, and so does this one.
 */
final class RemotePartReader implements PartReader {
    /** What is fetched at once. */
    static final int FETCH_BYTES = 8 * PartRef.BLOCK_BYTES;

    private final Ports ports;
    private final SlotId slot;
    private final PartRef part;
    private final List<NodeId> nodes;
    private final CRC32C crc = new CRC32C();
    private int firstChoice;
    private long fetchedFrom;
    private byte @Nullable [] fetched;

    /** What it asks with, and how long it waits for an answer. */
    record Ports(NodeCalls calls, PartsListener listener, long timeoutNanos) {}

    RemotePartReader(Ports ports, SlotId slot, PartRef part, List<NodeId> nodes) {
        this.ports = ports;
        this.slot = slot;
        this.part = part;
        this.nodes = nodes;
    }

    @Override
    public ByteBuffer read(long offsetBytes, long limitBytes, ReadMemory memory) {
        if (offsetBytes < 0 || offsetBytes >= limitBytes || limitBytes > part.storedLengthBytes()) {
            throw new IllegalArgumentException("range: " + offsetBytes + ".." + limitBytes + " of "
                    + part.storedLengthBytes() + " bytes (expected: one byte or more, within)");
        }
        byte[] blocks = blocksAt(offsetBytes, limitBytes);
        int begin = Math.toIntExact(offsetBytes - fetchedFrom);
        int wanted = (int) Math.min(blocks.length - begin, limitBytes - offsetBytes);
        ByteBuffer into = memory.take(wanted);
        int length = Math.min(wanted, into.limit());
        into.put(0, blocks, begin, length);
        return into.position(0).limit(length);
    }

    /** Good blocks around the offset. */
    private byte[] blocksAt(long offset, long limit) {
        byte[] known = fetched;
        if (known != null && offset >= fetchedFrom && offset < fetchedFrom + known.length) {
            return known;
        }
        long from = offset / PartRef.BLOCK_BYTES * PartRef.BLOCK_BYTES;
        long wholeBlocks = Math.ceilDiv(limit, PartRef.BLOCK_BYTES) * PartRef.BLOCK_BYTES;
        long to = Math.min(Math.min(wholeBlocks, from + FETCH_BYTES), part.storedLengthBytes());
        byte[] found = fetch(from, to);
        fetchedFrom = from;
        fetched = found;
        return found;
    }

    private byte[] fetch(long from, long to) {
        StringBuilder failures = new StringBuilder();
        boolean mayBeElsewhere = nodes.isEmpty();
        for (int tried = 0; tried < nodes.size(); tried++) {
            int choice = (firstChoice + tried) % nodes.size();
            NodeId node = nodes.get(choice);
            try {
                byte[] answer = ports.calls()
                        .transfer(node, PartMessages.READ, new PartMessages.Read(slot, part, from, to).encode())
                        .get(ports.timeoutNanos(), TimeUnit.NANOSECONDS);
                byte[] bytes = PartMessages.bytesOf(answer);
                if (bytes != null && bytes.length == to - from && good(bytes, from)) {
                    firstChoice = choice;
                    ports.listener().readRemotely(bytes.length);
                    return bytes;
                }
                failures.append("; ").append(node.value()).append(bytes == null ? " has none" : " has other bytes");
            } catch (ExecutionException | TimeoutException e) {
                mayBeElsewhere = true;
                failures.append("; ").append(e.getCause() == null ? node.value() + " took too long" : e.getCause());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new StoreException(new StoreFailure.Busy("interrupted while a part was fetched"), e);
            }
        }
        ports.listener().unreadable();
        throw ReplicatedPartReader.unreadable(part, "no intact copy" + failures, mayBeElsewhere);
    }

    private boolean good(byte[] bytes, long from) {
        int block = Math.toIntExact(from / PartRef.BLOCK_BYTES);
        for (int at = 0; at < bytes.length; at += PartRef.BLOCK_BYTES, block++) {
            crc.reset();
            crc.update(bytes, at, Math.min(PartRef.BLOCK_BYTES, bytes.length - at));
            if ((int) crc.getValue() != part.blockChecksum(block)) {
                return false;
            }
        }
        return true;
    }

    @Override
    public void close() {
        fetched = null;
    }
}
