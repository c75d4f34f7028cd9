package dev.skerry.metadata;

import dev.skerry.blob.failure.StoreException;
import dev.skerry.blob.failure.StoreFailure;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads every row of a table that can be read, whatever else of its database is damaged: where a page cannot be read it
 * goes on with the next row number that can. It does not decide what a row is worth: each is given as it is.
 */
final class TableWalk {
    /** Rows that the numbers of a few neighbouring pages may span are all tried, beyond that in doubling steps. */
    private static final long TRIED_ONE_BY_ONE = 512;

    private static final long FARTHEST = 1L << 40;

    private final Statements statements;
    private final Sql walk;
    private long last;
    private long gaps;

    /** A walk by a statement that takes the number to go on after. */
    TableWalk(Statements statements, Sql walk) {
        this.statements = statements;
        this.walk = walk;
    }

    /** Gives each row and says how many times rows were left out because they could not be read. */
    long each(Consumer<Row> each) {
        long from = 0;
        while (true) {
            last = from;
            try {
                statements.eachAsIs(
                        row -> {
                            last = after(last, row.get(Columns.ROW_NUMBER));
                            each.accept(row);
                        },
                        walk,
                        from);
                return gaps;
            } catch (StoreException e) {
                refuseOther(e);
            }
            gaps++;
            OptionalLong next = beyond(last);
            if (next.isEmpty()) {
                return gaps;
            }
            from = next.getAsLong();
        }
    }

    /** Where a row of that number leaves the walk; one that is itself damaged leads neither back nor far ahead. */
    private static long after(long last, @Nullable Long number) {
        return number != null && number > last && number - last < FARTHEST ? number : last + 1;
    }

    /** The least number after which rows can be read again, or after which there are none. */
    private OptionalLong beyond(long after) {
        for (long step = 1; step <= TRIED_ONE_BY_ONE; step++) {
            if (readsAfter(after + step)) {
                return OptionalLong.of(after + step);
            }
        }
        long failing = after + TRIED_ONE_BY_ONE;
        long step = TRIED_ONE_BY_ONE;
        while (step < Long.MAX_VALUE / 4 && !readsAfter(failing + step)) {
            failing += step;
            step *= 2;
        }
        long reading = failing + step;
        if (!readsAfter(reading)) {
            return OptionalLong.empty();
        }
        while (reading - failing > 1) {
            long middle = failing + (reading - failing) / 2;
            if (readsAfter(middle)) {
                reading = middle;
            } else {
                failing = middle;
            }
        }
        return OptionalLong.of(reading);
    }

    private boolean readsAfter(long number) {
        try {
            statements.firstAsIs(walk, number);
            return true;
        } catch (StoreException e) {
            refuseOther(e);
            return false;
        }
    }

    private static void refuseOther(StoreException e) {
        if (!(e.failure() instanceof StoreFailure.Corrupt)) {
            throw e;
        }
    }
}
