package dev.skerry.metadata;

import dev.skerry.blob.failure.StoreException;
import java.sql.Connection;
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
import java.util.function.Function;
import java.util.function.Predicate;
import org.jooq.Field;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection and the statements kept prepared on it. Used by one thread at a time. Every method throws
 * {@link StoreException} where the database fails, as {@link SqliteFailures} says.
 */
final class Statements implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Statements.class);

    private final String database;
    private final Connection connection;
    private final IdentityHashMap<Sql, PreparedStatement> prepared = new IdentityHashMap<>();
    private final Map<String, PreparedStatement> controls = new HashMap<>();

    Statements(String database, Connection connection) {
        this.database = database;
        this.connection = connection;
    }

    /** All rows, verified. */
    List<Row> rows(Sql sql, @Nullable Object... parameters) {
        Columns columns = columns(sql);
        return query(sql, parameters, results -> {
            List<Row> rows = new ArrayList<>();
            while (results.next()) {
                rows.add(Row.read(columns, results).verified());
            }
            return rows;
        });
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
                T one = making.apply(Row.read(columns, results).verified());
                made.add(one);
                if (last.test(one)) {
                    break;
                }
            }
            return made;
        });
    }

    /** The first row, verified. */
    Optional<Row> row(Sql sql, @Nullable Object... parameters) {
        Columns columns = columns(sql);
        return query(
                sql,
                parameters,
                results ->
                        results.next() ? Optional.of(Row.read(columns, results).verified()) : Optional.empty());
    }

    /** The first column of the first row, 0 where there is none. */
    long number(Sql sql, @Nullable Object... parameters) {
        return query(sql, parameters, results -> results.next() ? results.getLong(1) : 0L);
    }

    /** The first column of the first row. */
    Optional<String> text(Sql sql, @Nullable Object... parameters) {
        return query(
                sql,
                parameters,
                results -> results.next() ? Optional.ofNullable(results.getString(1)) : Optional.empty());
    }

    private <T> T query(Sql sql, @Nullable Object[] parameters, Reading<T> reading) {
        try (ResultSet results = bound(sql, parameters).executeQuery()) {
            return reading.of(results);
        } catch (SQLException e) {
            throw failed(sql, e);
        }
    }

    /** What is made of a statement's rows. */
    @FunctionalInterface
    private interface Reading<T> {
        T of(ResultSet results) throws SQLException;
    }

    /** Changes rows and says how many. */
    int run(Sql sql, @Nullable Object... parameters) {
        try {
            return bound(sql, parameters).executeUpdate();
        } catch (SQLException e) {
            throw failed(sql, e);
        }
    }

    /** The driver gives up a statement that failed, so the next call has to prepare it anew. */
    private StoreException failed(Sql sql, SQLException failure) {
        close(prepared.remove(sql));
        return SqliteFailures.translate(failure, database);
    }

    private static void close(@Nullable PreparedStatement statement) {
        try {
            if (statement != null) {
                statement.close();
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

    /** Begins a transaction in which every read sees the state that the first one sees. */
    void begin() {
        control("begin");
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
            PreparedStatement statement = controls.get(transaction);
            if (statement == null) {
                statement = connection.prepareStatement(transaction);
                controls.put(transaction, statement);
            }
            statement.execute();
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

    private PreparedStatement bound(Sql sql, @Nullable Object[] parameters) throws SQLException {
        PreparedStatement statement = prepared.get(sql);
        if (statement == null) {
            statement = connection.prepareStatement(sql.text());
            prepared.put(sql, statement);
            int expected = statement.getParameterMetaData().getParameterCount();
            if (expected != parameters.length) {
                throw new IllegalStateException(
                        parameters.length + " parameters (expected: " + expected + ") of " + sql.text());
            }
        }
        for (int i = 0; i < parameters.length; i++) {
            switch (parameters[i]) {
                case null -> statement.setObject(i + 1, null);
                case Long number -> statement.setLong(i + 1, number);
                case Integer number -> statement.setLong(i + 1, number);
                case String text -> statement.setString(i + 1, text);
                case byte[] bytes -> statement.setBytes(i + 1, bytes);
                case Object other -> throw new IllegalArgumentException("parameter of type " + other.getClass());
            }
        }
        return statement;
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
