package dev.skerry.cluster.raft;

import java.util.List;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.server.storage.FileInfo;
import org.apache.ratis.statemachine.SnapshotInfo;

/** A snapshot that is the databases themselves, so that there are no files to send. */
record DatabaseSnapshot(TermIndex position) implements SnapshotInfo {
    @Override
    public TermIndex getTermIndex() {
        return position;
    }

    @Override
    public List<FileInfo> getFiles() {
        return List.of();
    }
}
