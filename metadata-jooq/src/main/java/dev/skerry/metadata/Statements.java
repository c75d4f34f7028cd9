package dev.skerry.metadata;

import dev.skerry.blob.failure.StoreException;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jooq.Field;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.SQLiteConnection;
import org.sqlite.core.Codes;
import org.sqlite.core.CoreStatement;
import org.sqlite.core.DB;

/**
 * One connection and the statements kept prepared on it. Used by one thread at a time. Every method throws
 * {@link StoreException} where the database fails, as {@link SqliteFailures} says.
 *
 * <p>Prepared statements are run by the driver's core and not by its JDBC classes. Those ask SQLite for the name of
 * each column at each execution, and end each with a {@code begin} and a {@code commit} that mostly fail: together more
 * than most statements here take themselves.
 */
final class Statements implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Statements.class);

    private final String database;
    private final SQLiteConnection connection;
    private final DB core;
    private final IdentityHashMap<Sql, CoreStatement> prepared = new IdentityHashMap<>();
    private final Map<String, CoreStatement> controls = new HashMap<>();

    /** Of a connection that is this object's own from now on. */
    Statements(String database, SQLiteConnection connection) {
        this.database = database;
        this.connection = connection;
        this.core = connection.getDatabase();
        // transactions are begun and ended by name, so the driver has none to end after a statement
        connection.getConnectionConfig().setAutoCommit(false);
    }

    /** All rows, verified. */
    List<Row> rows(Sql sql, @Nullable Object... parameters) {
        Columns columns = columns(sql);
        return query(sql, parameters, results -> {
            List<Row> rows = new ArrayList<>();
            while (results.next()) {
                rows.add(results.row(columns));
            }
            return rows;
        });
    }

    /** The first rows, at most {@code limit}, verified. Rows beyond are not computed. */
    List<Row> first(int limit, Sql sql, @Nullable Object... parameters) {
        return upTo(limit, _ -> false, Function.identity(), sql, parameters);
    }

    /**
     * What {@code making} makes of each row, verified: at most {@code limit} of them, and none after the first that
     * {@code last} says yes to. Rows beyond are not computed. A statement that takes its limit as a parameter is
     * planned anew by SQLite whenever it is given one, which costs several times what a short scan does.
     */
    <T> List<T> upTo(int limit, Predicate<T> last, Function<Row, T> making, Sql sql, @Nullable Object... parameters) {
        Columns columns = columns(sql);
        return query(sql, parameters, results -> {
            List<T> made = new ArrayList<>();
            while (made.size() < limit && results.next()) {
                T one = making.apply(results.row(columns));
                made.add(one);
                if (last.test(one)) {
                    break;
                }
            }
            return made;
        });
    }

    /** Hears of all rows as they are, whether or not their checksums are right. */
    void eachAsIs(Consumer<Row> each, Sql sql, @Nullable Object... parameters) {
        Columns columns = columns(sql);
        query(sql, parameters, results -> {
            while (results.next()) {
                each.accept(results.asIs(columns));
            }
            return true;
        });
    }

    /** The first row as it is. */
    Optional<Row> firstAsIs(Sql sql, @Nullable Object... parameters) {
        Columns columns = columns(sql);
        return query(
                sql, parameters, results -> results.next() ? Optional.of(results.asIs(columns)) : Optional.empty());
    }

    /** The first row, verified. */
    Optional<Row> row(Sql sql, @Nullable Object... parameters) {
        Columns columns = columns(sql);
        return query(sql, parameters, results -> results.next() ? Optional.of(results.row(columns)) : Optional.empty());
    }

    /** The first row of a join, verified. */
    Optional<Joined> joined(Sql sql, @Nullable Object... parameters) {
        Columns columns = columns(sql);
        Columns others = sql.joined();
        if (others == null) {
            throw new IllegalArgumentException("no join: " + sql.text());
        }
        return query(
                sql,
                parameters,
                results -> results.next() ? Optional.of(results.joined(columns, others)) : Optional.empty());
    }

    /** A row of one table, and that of another that belongs to it, where there is one. */
    record Joined(Row row, @Nullable Row other) {}

    /** The first column of the first row, 0 where there is none. */
    long number(Sql sql, @Nullable Object... parameters) {
        return query(sql, parameters, results -> results.next() ? results.number() : 0L);
    }

    /** The first column of the first row. */
    Optional<String> text(Sql sql, @Nullable Object... parameters) {
        return query(
                sql, parameters, results -> results.next() ? Optional.ofNullable(results.text()) : Optional.empty());
    }

    private <T> T query(Sql sql, @Nullable Object[] parameters, Reading<T> reading) {
        try {
            CoreStatement statement = prepared(sql, parameters.length);
            boolean first = core.execute(statement, parameters);
            try {
                return reading.of(new Results(statement, first));
            } finally {
                reset(statement);
            }
        } catch (SQLException e) {
            throw failed(sql, e);
        }
    }

    /** What is made of a statement's rows. */
    @FunctionalInterface
    private interface Reading<T> {
        T of(Results results) throws SQLException;
    }

    /** The rows of a statement, one after the other. */
    private static final class Results {
        private final CoreStatement statement;
        private final boolean any;
        private boolean begun;

        Results(CoreStatement statement, boolean any) {
            this.statement = statement;
            this.any = any;
        }

        boolean next() throws SQLException {
            if (begun) {
                return statement.pointer.safeRunInt(Results::step) == Codes.SQLITE_ROW;
            }
            begun = true;
            return any;
        }

        private static int step(DB core, long pointer) throws SQLException {
            int result = core.step(pointer);
            if (result != Codes.SQLITE_ROW && result != Codes.SQLITE_DONE) {
                core.throwex(result);
            }
            return result;
        }

        Row row(Columns columns) throws SQLException {
            return asIs(columns).verified();
        }

        Row asIs(Columns columns) throws SQLException {
            return statement.pointer.safeRun((core, pointer) -> Row.read(columns, core, pointer, 0));
        }

        Joined joined(Columns columns, Columns others) throws SQLException {
            Row other = statement.pointer.safeRun((core, pointer) -> {
                int from = columns.fields().size();
                return others.absent(core, pointer, from) ? null : Row.read(others, core, pointer, from);
            });
            return new Joined(row(columns), other == null ? null : other.verified());
        }

        long number() throws SQLException {
            return statement.pointer.safeRunLong((core, pointer) -> core.column_long(pointer, 0));
        }

        @Nullable
        String text() throws SQLException {
            return statement.pointer.safeRun((core, pointer) -> Columns.text(core, pointer, 0));
        }
    }

    private static void reset(CoreStatement statement) throws SQLException {
        if (!statement.pointer.isClosed()) {
            statement.pointer.safeRunInt(DB::reset);
        }
    }

    /** Changes rows and says how many. */
    int run(Sql sql, @Nullable Object... parameters) {
        try {
            return Math.toIntExact(core.executeUpdate(prepared(sql, parameters.length), parameters));
        } catch (SQLException e) {
            throw failed(sql, e);
        }
    }

    /** The driver gives up a statement that failed, so the next call has to prepare it anew. */
    private StoreException failed(Sql sql, SQLException failure) {
        close(prepared.remove(sql));
        return SqliteFailures.translate(failure, database);
    }

    private static void close(@Nullable CoreStatement statement) {
        try {
            if (statement != null) {
                statement.pointer.close();
            }
        } catch (SQLException e) {
            log.debug("closing a failed statement failed", e);
        }
    }

    /** Adds a row whose columns are the parameters of {@code insert}. */
    void insert(Sql insert, List<? extends Field<?>> fields, Row row) {
        run(insert, fields.stream().map(row::get).toArray());
    }

    /** Runs a script or a pragma. */
    void script(String script) {
        try (Statement statement = connection.createStatement()) {
            statement.executeUpdate(script);
        } catch (SQLException e) {
            throw SqliteFailures.translate(e, database);
        }
    }

    /** The number that a pragma or a migration's question gives, 0 where there is none. */
    long ask(String question) {
        try (Statement statement = connection.createStatement();
                ResultSet results = statement.executeQuery(question)) {
            return results.next() ? results.getLong(1) : 0;
        } catch (SQLException e) {
            throw SqliteFailures.translate(e, database);
        }
    }

    /** The text that a pragma gives, empty where there is none. */
    String askText(String question) {
        try (Statement statement = connection.createStatement();
                ResultSet results = statement.executeQuery(question)) {
            return results.next() ? String.valueOf(results.getString(1)) : "";
        } catch (SQLException e) {
            throw SqliteFailures.translate(e, database);
        }
    }

    /** Has a statement that runs on another thread fail soon. The one method that any thread may call. */
    void interrupt() {
        try {
            core.interrupt();
        } catch (SQLException e) {
            log.debug("interrupting a statement failed", e);
        }
    }

    /** Answers a question of several statements that all see the state the first one sees. */
    <T> T inOneState(Supplier<T> question) {
        control("begin");
        try {
            return question.get();
        } finally {
            rollback();
        }
    }

    /** Begins a transaction that will write. */
    void beginWrite() {
        control("begin immediate");
    }

    void commit() {
        control("commit");
    }

    /** Ends a transaction without a change; SQLite may have ended it itself, which is no failure. */
    void rollback() {
        try {
            control("rollback");
        } catch (StoreException e) {
            if (!String.valueOf(e.getMessage()).contains("no transaction is active")) {
                throw e;
            }
        }
    }

    /** Transactions are begun and ended by name: JDBC would begin the next one unasked, and cannot say "immediate". */
    private void control(String transaction) {
        try {
            CoreStatement statement = controls.get(transaction);
            if (statement == null) {
                statement = prepare(transaction);
                controls.put(transaction, statement);
            }
            core.executeUpdate(statement, null);
        } catch (SQLException e) {
            close(controls.remove(transaction));
            throw SqliteFailures.translate(e, database);
        }
    }

    private static Columns columns(Sql sql) {
        Columns columns = sql.result();
        if (columns == null) {
            throw new IllegalArgumentException("statement without rows: " + sql.text());
        }
        return columns;
    }

    private CoreStatement prepared(Sql sql, int parameters) throws SQLException {
        CoreStatement statement = prepared.get(sql);
        if (statement == null) {
            statement = prepare(sql.text());
            prepared.put(sql, statement);
            int expected =
                    ((PreparedStatement) statement).getParameterMetaData().getParameterCount();
            if (expected != parameters) {
                throw new IllegalStateException(
                        parameters + " parameters (expected: " + expected + ") of " + sql.text());
            }
        }
        return statement;
    }

    private CoreStatement prepare(String text) throws SQLException {
        return (CoreStatement) connection.prepareStatement(text);
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            throw SqliteFailures.translate(e, database);
        }
    }
}
