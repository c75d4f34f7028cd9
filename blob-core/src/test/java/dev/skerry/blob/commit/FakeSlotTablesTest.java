package dev.skerry.blob.commit;

import java.util.function.Function;

class FakeSlotTablesTest extends SlotTablesContract {
    private final FakeSlotTables tables = new FakeSlotTables();

    @Override
    protected <T> T inTransaction(Function<SlotTables, T> work) {
        return work.apply(tables);
    }
}
