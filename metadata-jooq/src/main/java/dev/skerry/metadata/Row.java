package dev.skerry.metadata;

import java.sql.SQLException;
import org.jooq.Field;
import org.jspecify.annotations.Nullable;
import org.sqlite.core.DB;

/** One row on its way to or from the database. Used by one thread. */
final class Row {
    private final Columns columns;
    private final @Nullable Object[] values;

    private Row(Columns columns, @Nullable Object[] values) {
        this.columns = columns;
        this.values = values;
    }

    /** A row whose columns are all NULL. */
    static Row empty(Columns columns) {
        return new Row(columns, new @Nullable Object[columns.fields().size()]);
    }

    /**
     * The row a statement stands on, as it is, whose columns begin at {@code from}; {@link #verified} says whether it
     * is what was written.
     */
    static Row read(Columns columns, DB core, long statement, int from) throws SQLException {
        return new Row(columns, columns.read(core, statement, from));
    }

    /** This row if its checksum is right; throws with {@code Corrupt} if not. */
    Row verified() {
        if (!sound()) {
            throw SqliteFailures.damaged(columns.table(), "its checksum is wrong");
        }
        return this;
    }

    /** Whether its checksum is right. */
    boolean sound() {
        return values[columns.checksumPosition()] instanceof Long crc && crc == columns.checksumOf(values);
    }

    /** This row with the checksum its fields give. */
    Row sealed() {
        values[columns.checksumPosition()] = columns.checksumOf(values);
        return this;
    }

    <T> Row set(Field<T> field, @Nullable T value) {
        values[columns.position(field)] = value;
        return this;
    }

    @SuppressWarnings("unchecked") // a column's values are read as its field's type
    <T> @Nullable T get(Field<T> field) {
        return (@Nullable T) values[columns.position(field)];
    }

    /** A value of a NOT NULL column. */
    <T> T need(Field<T> field) {
        T value = get(field);
        if (value == null) {
            throw SqliteFailures.damaged(columns.table(), field.getName() + " is missing");
        }
        return value;
    }

    boolean is(Field<Long> field) {
        return need(field) != 0;
    }

    int integer(Field<Long> field) {
        return Math.toIntExact(need(field));
    }
}
