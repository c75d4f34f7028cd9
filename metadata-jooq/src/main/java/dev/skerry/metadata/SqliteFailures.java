package dev.skerry.metadata;

import dev.skerry.blob.failure.StoreException;
import dev.skerry.blob.failure.StoreFailure;
import java.sql.SQLException;

/** The one table that knows which of SQLite's result codes means what to a caller. */
final class SqliteFailures {
    private static final int PRIMARY_CODE = 0xff;
    private static final int ERROR = 1;
    private static final int BUSY = 5;
    private static final int LOCKED = 6;
    private static final int CORRUPT = 11;
    private static final int FULL = 13;
    private static final int NOT_A_DATABASE = 26;

    private SqliteFailures() {}

    /**
     * What the caller is told.
     *
     * @param database names the file
     * @see <a href="https://www.sqlite.org/rescode.html">Result and error codes</a>
     */
    static StoreException translate(SQLException failure, String database) {
        String detail = database + ": " + failure.getMessage();
        return new StoreException(
                switch (failure.getErrorCode() & PRIMARY_CODE) {
                    case FULL -> new StoreFailure.InsufficientStorage(detail);
                    case CORRUPT, NOT_A_DATABASE -> new StoreFailure.Corrupt(detail);
                    // what our own statements name was there when the database was opened
                    case ERROR ->
                        String.valueOf(failure.getMessage()).contains("no such ")
                                ? new StoreFailure.Corrupt(detail)
                                : new StoreFailure.StorageFault(detail);
                    case BUSY, LOCKED -> new StoreFailure.Busy(detail);
                    default -> new StoreFailure.StorageFault(detail);
                },
                failure);
    }

    /** A row that is not what was written. */
    static StoreException damaged(String table, String detail) {
        return new StoreException(new StoreFailure.Corrupt("row of " + table + ": " + detail));
    }

    /**
     * Whether a failure shows that the database is damaged: SQLite says so. A row whose own checksum is wrong is
     * refused by itself, for its neighbours and the indexes may be whole.
     */
    static boolean showsDamage(StoreException failure) {
        return failure.failure() instanceof StoreFailure.Corrupt && failure.getCause() instanceof SQLException;
    }
}
