package dev.skerry.blob.commit;

import dev.skerry.blob.event.SequencedEvent;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

class FakeCommitLogTest extends CommitLogContract {
    private final FakeSlots slots = new FakeSlots(2);
    private final List<SequencedEvent> told = new CopyOnWriteArrayList<>();
    private CommitLog log = new FakeCommitLog(slots, told::add);

    @Override
    protected CommitLog log() {
        return log;
    }

    @Override
    protected MetadataStore store() {
        return new FakeMetadataStore(slots);
    }

    @Override
    protected void reopen() {
        log.close();
        log = new FakeCommitLog(slots, told::add);
    }

    @Override
    protected List<SequencedEvent> told() {
        return told;
    }
}
