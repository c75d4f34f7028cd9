package dev.skerry.cluster.raft;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.RaftConfigKeys;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.server.RaftServerConfigKeys;
import org.apache.ratis.util.SizeInBytes;
import org.apache.ratis.util.TimeDuration;

/** What Ratis is told. */
final class RaftSettings {
    private static final long MIB = 1024 * 1024;

    /**
     * Of the log's files. The entries of the one that is written stay in memory, and those of the one before it: what
     * lives that long must not live until it is only a full collection that finds it dead.
     */
    private static final long SEGMENT_BYTES = 2 * MIB;

    /** As they are on average, more or less. */
    private static final long ENTRY_BYTES = 1024;

    private static final TimeDuration NEVER = TimeDuration.valueOf(10_000, TimeUnit.DAYS);

    private RaftSettings() {}

    static RaftProperties of(Path folder, RaftMember.Timing timing) {
        RaftProperties properties = new RaftProperties();
        RaftConfigKeys.Rpc.setType(properties, new RaftCalls.Type());
        RaftServerConfigKeys.setStorageDir(properties, List.of(folder.toFile()));
        RaftServerConfigKeys.setRemovedGroupsDir(
                properties, folder.resolve("removed").toFile());
        // by itself Ratis ends for good in a process that stood still for a minute
        RaftServerConfigKeys.setCloseThreshold(properties, NEVER);
        RaftServerConfigKeys.Rpc.setTimeoutMin(properties, duration(timing.electionMin()));
        RaftServerConfigKeys.Rpc.setTimeoutMax(properties, duration(timing.electionMax()));
        RaftServerConfigKeys.Rpc.setRequestTimeout(properties, duration(timing.call()));
        RaftServerConfigKeys.RetryCache.setExpiryTime(
                properties, duration(timing.submit().multipliedBy(2)));
        RaftServerConfigKeys.Log.Appender.setInstallSnapshotEnabled(properties, false);
        long segment = Math.clamp(timing.logEntries() * ENTRY_BYTES, MIB / 16, SEGMENT_BYTES);
        RaftServerConfigKeys.Log.setSegmentSizeMax(properties, SizeInBytes.valueOf(segment));
        // what is applied stands in the databases, so the log need not say, fsynced by itself, how far it is committed
        RaftServerConfigKeys.Log.setLogMetadataEnabled(properties, false);
        RaftServerConfigKeys.Log.setSegmentCacheSizeMax(properties, SizeInBytes.valueOf(SEGMENT_BYTES / 2));
        RaftServerConfigKeys.Log.setWriteBufferSize(properties, SizeInBytes.valueOf(5 * MIB));
        RaftServerConfigKeys.Log.setPreallocatedSize(properties, SizeInBytes.valueOf(Math.min(segment, MIB)));
        RaftServerConfigKeys.Snapshot.setAutoTriggerEnabled(properties, true);
        RaftServerConfigKeys.Snapshot.setAutoTriggerThreshold(properties, timing.logEntries());
        RaftServerConfigKeys.Log.setPurgeUptoSnapshotIndex(properties, true);
        RaftServerConfigKeys.Log.setPurgePreservationLogNum(properties, timing.logEntries() / 2);
        RaftServerConfigKeys.Log.setPurgeGap(properties, Math.clamp(timing.logEntries() / 4, 1, 1024));
        RaftServerConfigKeys.LeaderElection.setLeaderStepDownWaitTime(
                properties, duration(timing.electionMax().multipliedBy(2)));
        return properties;
    }

    private static TimeDuration duration(Duration duration) {
        return TimeDuration.valueOf(duration.toMillis(), TimeUnit.MILLISECONDS);
    }
}
