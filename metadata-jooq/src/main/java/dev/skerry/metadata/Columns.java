package dev.skerry.metadata;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.jooq.Field;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;
import org.sqlite.core.Codes;
import org.sqlite.core.DB;

/**
 * The columns of a statement in their order, and the checksum over some of them.
 *
 * <p>The checksum is CRC32C over the table's name and then, for every field that is not NULL, its place among the
 * checked columns, its type and its bytes. So a column that a later migration appends changes no row that leaves it
 * NULL, and a row cannot pass for one of another table.
 */
final class Columns {
    /** SQLite's own number of a row. */
    static final Field<Long> ROW_NUMBER = DSL.field(DSL.name("rowid"), Long.class);

    private static final int HEADER_BYTES = 2 + Long.BYTES;

    private final String table;
    private final List<Field<?>> fields;
    private final Class<?>[] types;
    private final IdentityHashMap<Field<?>, Integer> positions = new IdentityHashMap<>();
    private final int[] checked;
    private final int checksum;

    /**
     * Names the columns.
     *
     * @param table whose rows they are, for messages and the checksum
     * @param fields in the order of the statement
     * @param checked those the checksum covers, in their canonical order
     * @param checksum the column that holds it
     */
    Columns(String table, List<? extends Field<?>> fields, List<? extends Field<?>> checked, Field<?> checksum) {
        this.table = table;
        this.fields = List.copyOf(fields);
        this.types = fields.stream().map(Field::getType).toArray(Class<?>[]::new);
        for (int i = 0; i < fields.size(); i++) {
            positions.put(fields.get(i), i);
        }
        this.checked = checked.stream().mapToInt(this::position).toArray();
        this.checksum = position(checksum);
    }

    /** All columns of a table; the checksum covers those that are not {@code unchecked}. */
    static Columns ofTable(String table, Field<?>[] fields, Field<Long> checksum, Field<?>... unchecked) {
        List<Field<?>> all = Arrays.asList(fields);
        List<Field<?>> skipped = Arrays.asList(unchecked);
        return new Columns(
                table,
                all,
                all.stream()
                        .filter(field -> !field.equals(checksum) && !skipped.contains(field))
                        .toList(),
                checksum);
    }

    /** These and at the end the row's number in its table, which no checksum covers. */
    Columns numbered() {
        return new Columns(
                table,
                Stream.concat(fields.stream(), Stream.of(ROW_NUMBER)).toList(),
                Arrays.stream(checked).mapToObj(fields::get).toList(),
                fields.get(checksum));
    }

    String table() {
        return table;
    }

    List<Field<?>> fields() {
        return fields;
    }

    int position(Field<?> field) {
        Integer position = positions.get(field);
        if (position == null) {
            throw new IllegalArgumentException("column: " + field + " (expected: one of " + fields + ")");
        }
        return position;
    }

    int checksumPosition() {
        return checksum;
    }

    /** The columns of the row a statement stands on, the first of them at {@code from}. */
    @Nullable
    Object[] read(DB core, long statement, int from) throws SQLException {
        @Nullable Object[] values = new @Nullable Object[types.length];
        for (int i = 0; i < types.length; i++) {
            values[i] = read(types[i], core, statement, from + i);
        }
        return values;
    }

    private static @Nullable Object read(Class<?> type, DB core, long statement, int i) throws SQLException {
        if (type == Long.class) {
            long value = core.column_long(statement, i);
            return value == 0 && isNull(core, statement, i) ? null : (Object) value;
        }
        return type == String.class ? text(core, statement, i) : core.column_blob(statement, i);
    }

    /** Whether a join found no row of these columns, the first of them at {@code from}: no row lacks its checksum. */
    boolean absent(DB core, long statement, int from) throws SQLException {
        return isNull(core, statement, from + checksum);
    }

    /** A text, taken as the bytes it is kept as: the driver's own way makes a buffer outside the heap for each. */
    static @Nullable String text(DB core, long statement, int i) throws SQLException {
        byte[] bytes = core.column_blob(statement, i);
        if (bytes == null) {
            // an empty text has no bytes either
            return isNull(core, statement, i) ? null : "";
        }
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static boolean isNull(DB core, long statement, int i) throws SQLException {
        return core.column_type(statement, i) == Codes.SQLITE_NULL;
    }

    long checksumOf(@Nullable Object[] values) {
        CRC32C crc = new CRC32C();
        crc.update(table.getBytes(StandardCharsets.US_ASCII));
        ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES);
        for (int place = 0; place < checked.length; place++) {
            switch (values[checked[place]]) {
                case null -> {}
                case Long number -> crc.update(header(header, place, 'n', number));
                case String text -> {
                    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
                    crc.update(header(header, place, 't', bytes.length));
                    crc.update(bytes);
                }
                case byte[] bytes -> {
                    crc.update(header(header, place, 'b', bytes.length));
                    crc.update(bytes);
                }
                case Object other -> throw new IllegalStateException("column of type " + other.getClass());
            }
        }
        return crc.getValue();
    }

    private static ByteBuffer header(ByteBuffer header, int place, char type, long value) {
        return header.clear().put((byte) place).put((byte) type).putLong(value).flip();
    }
}
