package dev.skerry.metadata;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Query;
import org.jooq.SQLDialect;
import org.jooq.Select;
import org.jooq.Table;
import org.jooq.TableField;
import org.jooq.conf.Settings;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/**
 * A statement that jOOQ writes once, when it is first used. Rendering it for each call would cost several times what
 * SQLite needs to run it, so only its text is kept and prepared on each connection that uses it.
 */
final class Sql {
    private final Query query;
    private final @Nullable Columns result;
    private final @Nullable Columns joined;
    private volatile @Nullable String text;

    private Sql(Query query, @Nullable Columns result, @Nullable Columns joined) {
        this.query = query;
        this.result = result;
        this.joined = joined;
    }

    /** jOOQ's own classes take a while to load, so they wait for the first statement that is rendered. */
    private static final class Renderer {
        static final DSLContext SQLITE = DSL.using(
                SQLDialect.SQLITE, new Settings().withRenderCatalog(false).withRenderSchema(false));
    }

    /** The statement, with a question mark for each parameter. */
    String text() {
        String rendered = text;
        if (rendered == null) {
            rendered = Renderer.SQLITE.render(query);
            text = rendered;
        }
        return rendered;
    }

    /** The columns of its rows, null where it gives none or one plain number or text. */
    @Nullable
    Columns result() {
        return result;
    }

    /** The columns of a second table that follow in each row, null where there is none. */
    @Nullable
    Columns joined() {
        return joined;
    }

    /** A query whose rows are of {@code columns}. */
    static Sql query(Columns columns, Select<?> select) {
        return new Sql(select, columns, null);
    }

    /** A query whose rows are of {@code columns} and then of {@code joined}, which may all be NULL. */
    static Sql join(Columns columns, Columns joined, Select<?> select) {
        return new Sql(select, columns, joined);
    }

    /** A query for one number or text. */
    static Sql scalar(Select<?> select) {
        return new Sql(select, null, null);
    }

    /** A change of rows. */
    static Sql change(Query query) {
        return new Sql(query, null, null);
    }

    /** Adds a row; the parameters are the table's columns in the order given. */
    static Sql insert(Table<?> table, List<? extends Field<?>> fields) {
        return change(DSL.insertInto(table)
                .columns(fields)
                .values(fields.stream().map(Sql::parameter).toList()));
    }

    /** Replaces columns of the row whose {@code key} is the last parameter. */
    static <K> Sql update(Table<?> table, List<? extends Field<?>> fields, TableField<?, K> key) {
        Map<Field<?>, Field<?>> assignments = new LinkedHashMap<>();
        fields.forEach(field -> assignments.put(field, parameter(field)));
        return change(DSL.update(table).set(assignments).where(key.eq(parameter(key))));
    }

    /** A parameter to be compared with {@code field} or stored in it. */
    static <T> Field<T> parameter(Field<T> field) {
        return DSL.param(field.getName(), field);
    }
}
