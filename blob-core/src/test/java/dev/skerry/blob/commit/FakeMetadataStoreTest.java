package dev.skerry.blob.commit;

class FakeMetadataStoreTest extends MetadataStoreContract {
    private final FakeSlots slots = new FakeSlots(2);
    private final CommitLog log = new FakeCommitLog(slots);
    private final MetadataStore store = new FakeMetadataStore(slots);

    @Override
    protected CommitLog log() {
        return log;
    }

    @Override
    protected MetadataStore store() {
        return store;
    }
}
