package dev.skerry.cluster.raft;

import dev.skerry.blob.PlacementGroup;
import dev.skerry.blob.placement.PlacementPolicy.NodeId;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Who votes in the logs of a cluster, by the logs themselves. A group that is null is the catalog's. */
public interface GroupVoters {
    /**
     * Who votes, by whoever leads; the first leads by preference. Blocks.
     *
     * @throws IOException if nobody who was asked leads it
     */
    List<NodeId> voters(@Nullable PlacementGroup group) throws IOException, InterruptedException;

    /**
     * Makes these the voters. One that is new is brought up to date first, and must have its log open. Blocks; may be
     * called again wherever it failed.
     *
     * @throws IOException if it was refused, or took too long; then it may still be done
     */
    void change(@Nullable PlacementGroup group, List<NodeId> voters) throws IOException, InterruptedException;

    /**
     * Has the log end that all groups share, so that they go on by their own; does nothing where it has. Blocks.
     *
     * @param keepers who shall keep the groups' own logs at first: those who vote in the one that ends
     * @throws IOException if nobody who was asked leads it, or it took too long; then it may still end
     */
    void split(List<NodeId> keepers) throws IOException;
}
