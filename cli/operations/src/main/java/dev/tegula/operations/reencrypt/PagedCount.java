package dev.tegula.operations.reencrypt;

import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.envelope.FieldId;
import dev.tegula.jdbc.Dialect;
import dev.tegula.jdbc.KeptConnection;
import dev.tegula.jdbc.Retry;
import dev.tegula.jdbc.Session;
import dev.tegula.jdbc.SqlFailures;
import dev.tegula.jdbc.SqlState;
import dev.tegula.jdbc.TableName;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Counts what the columns of a table hold, page by page in the order of its key, each page in a short transaction of its own. So it
 * holds no snapshot, keeps to a rate, and can go on where it was cut off. A row that stands all the while under one key is counted
 * once, as it was when its page was read; rows that come, go or change meanwhile are counted as they were then, or not. So it
 * says where a table stands, and is no ground to retire or destroy a key. Memory does not grow with the table. Thread-safe.
 */
public final class PagedCount {

    private static final int FIRST_ROWS = 1_000;
    /** Smaller pages help nobody who waits; only a server that gives a page up gets them. */
    private static final int LEAST_ROWS = 500;

    private static final int MOST_ROWS = 10_000;
    private static final long AIM_NANOS = 200_000_000;
    private static final long SECOND = 1_000_000_000;

    private final DataSource source;
    private final SweepSettings settings;

    /**
     * Counts tables of one database.
     *
     * @param source gives connections that may SELECT, to the primary
     * @param settings its rate is in rows a second here; the timeouts and the longest lag hold
     */
    public PagedCount(DataSource source, SweepSettings settings) {
        this.source = source;
        this.settings = settings;
    }

    /** Whether the table has a key to be paged by, and each table that inherits from it. */
    public boolean pages(TableName table) {
        try (KeptConnection kept = settings.connection(source)) {
            return new RunControl()
                    .retry()
                    .run(
                            "looking for a key of " + table,
                            () -> kept.once(session -> UniqueKeys.nameRows(session, table)));
        }
    }

    /**
     * Counts from where a count was cut off, to the end or until the control stops it.
     *
     * @param columns columns of the table
     * @param from gets the tally that a count begins with, and gives that or one that {@linkplain TableTally#continues continues} it
     * @param keep takes what was counted so far, about once a second and when it ends
     * @throws dev.tegula.failure.ConfigurationException if the catalogue does not match the table, or it has no key, or one that
     *     inherits from it
     * @throws dev.tegula.failure.UnavailableException if the database does not answer
     * @throws dev.tegula.failure.DeniedException if it refuses
     */
    public TableTally run(
            TableName table,
            List<EncryptedColumn> columns,
            UnaryOperator<TableTally> from,
            RunControl control,
            Consumer<TableTally> keep,
            ProgressListener listener) {
        List<String> names = columns.stream().map(EncryptedColumn::column).toList();
        try (KeptConnection kept = settings.connection(source)) {
            TableShape shape =
                    control.retry().run("counting " + table, () -> kept.once(c -> TableShape.read(c, table, columns)));
            Target target = new Target(shape, names, Verification.fields(columns));
            return run(kept, target, from, control, keep, listener);
        }
    }

    /** Counts the columns of a job's table; no row of it is left out unless the control stops it. */
    TableTally run(KeptConnection kept, TableShape shape, JobPlan plan, RunControl control) {
        List<String> names = plan.columns().stream().map(JobPlan.Column::name).toList();
        return run(
                kept,
                new Target(shape, names, plan.fields()),
                UnaryOperator.identity(),
                control,
                tally -> {},
                ProgressListener.none());
    }

    private TableTally run(
            KeptConnection kept,
            Target target,
            UnaryOperator<TableTally> from,
            RunControl control,
            Consumer<TableTally> keep,
            ProgressListener listener) {
        TableName table = target.shape.table();
        String doing = "counting " + table;
        Retry retry = control.retry();
        List<String> orders = retry.run(doing, () -> kept.once(target.shape::orders));
        long expected = retry.run(doing, () -> kept.once(c -> TableFacts.estimatedRows(c, table)));
        return new Run(target, orders, from, expected, listener).to(kept, doing, control, keep);
    }

    /** What is counted. */
    private record Target(TableShape shape, List<String> names, List<FieldId> fields) {}

    /** One run over one table. */
    private final class Run {

        private final TableShape shape;
        private final List<String> names;
        private final List<FieldId> fields;
        private final List<String> orders;
        private final List<EnvelopeKinds.Counts> counts = new ArrayList<>();
        private final long expected;
        private final ProgressListener listener;
        private final Speed speed = new Speed();
        private final Rate rate = new Rate(settings.maxPerSecond(), System::nanoTime);
        private final int most;
        private int size;
        private @Nullable List<String> cursor;
        private long rows;
        private boolean complete;
        private long nextLook = System.nanoTime();

        Run(
                Target target,
                List<String> orders,
                UnaryOperator<TableTally> from,
                long expected,
                ProgressListener listener) {
            this.shape = target.shape;
            this.names = target.names;
            this.fields = target.fields;
            this.orders = orders;
            this.expected = expected;
            this.listener = listener;
            this.most = settings.maxPerSecond() > 0
                    ? (int) Math.max(1, Math.min(MOST_ROWS, settings.maxPerSecond()))
                    : MOST_ROWS;
            this.size = Math.min(FIRST_ROWS, most);
            names.forEach(name -> counts.add(new EnvelopeKinds.Counts()));
            TableTally before = from.apply(tally());
            cursor = before.cursor().isEmpty() ? null : before.cursor();
            rows = before.rows();
            for (int i = 0; i < counts.size(); i++) {
                counts.get(i).add(before.columns().get(i));
            }
        }

        TableTally to(KeptConnection kept, String doing, RunControl control, Consumer<TableTally> keep) {
            long keptAt = System.nanoTime();
            tell(Optional.empty());
            while (!complete && free(kept, doing, control)) {
                long read = page(kept, doing, control);
                tell(Optional.empty());
                if (System.nanoTime() - keptAt > SECOND && !complete) {
                    keep.accept(tally());
                    keptAt = System.nanoTime();
                }
                if (!complete && !control.sleep(rate.book(read))) {
                    break;
                }
            }
            TableTally end = tally();
            keep.accept(end);
            return end;
        }

        private List<String> keys() {
            return shape.keys().columns().stream().map(KeyColumn::name).toList();
        }

        private TableTally tally() {
            return new TableTally(
                    keys(),
                    orders,
                    cursor == null ? List.of() : cursor,
                    complete,
                    rows,
                    IntStream.range(0, names.size())
                            .mapToObj(i -> counts.get(i).of(names.get(i)))
                            .toList());
        }

        /** Waits while paused, or while somebody who lives on the WAL is behind: a first read after changes writes, too. */
        private boolean free(KeptConnection kept, String doing, RunControl control) {
            while (control.proceed()) {
                if (System.nanoTime() - nextLook < 0) {
                    return true;
                }
                Optional<String> behind = control.retry()
                        .run(doing, () -> kept.once(session -> Followers.waitedFor(session, settings.maxLag())));
                if (behind.isEmpty()) {
                    nextLook = System.nanoTime() + SECOND;
                    return true;
                }
                tell(behind);
                control.sleep(1_000);
            }
            return false;
        }

        private void tell(Optional<String> waitingFor) {
            OptionalDouble perSecond = speed.perSecond(System.nanoTime(), rows);
            long total = complete ? rows : Math.max(expected, rows);
            listener.progress(Progress.ofCount(shape.table(), fields, rows, total, !complete, perSecond, waitingFor));
        }

        /** Reads the next page, a smaller one where the server gave it up for its time. Returns its rows. */
        private long page(KeptConnection kept, String doing, RunControl control) {
            Retry retry = control.retry();
            while (true) {
                long start = System.nanoTime();
                try {
                    Page page = kept.once(this::read);
                    return take(page, System.nanoTime() - start);
                } catch (SQLException e) {
                    if (SqlFailures.state(e).equals(SqlState.QUERY_CANCELED)) {
                        size = Math.max(1, size / 2);
                    }
                    retry.pause(e, doing);
                }
            }
        }

        private long take(Page page, long nanos) {
            for (int i = 0; i < counts.size(); i++) {
                counts.get(i).add(page.found().get(i).of(names.get(i)));
            }
            rows += page.rows();
            complete = page.rows() < page.asked();
            cursor = page.last() == null ? cursor : page.last();
            if (nanos > AIM_NANOS) {
                size = Math.max(Math.min(size, LEAST_ROWS), size / 2);
            } else if (nanos < AIM_NANOS / 2) {
                size = Math.min(most, size * 2);
            }
            return page.rows();
        }

        /** A page, all of it as of one moment: what it holds, its rows and the last key among them. */
        private record Page(
                List<EnvelopeKinds.Counts> found,
                long rows,
                int asked,
                @Nullable List<String> last) {}

        private Page read(Session session) throws SQLException {
            int asked = size;
            List<EnvelopeKinds.Counts> found =
                    names.stream().map(c -> new EnvelopeKinds.Counts()).toList();
            long read = 0;
            List<String> last = null;
            try (PreparedStatement select = session.prepare(sql(session.dialect()))) {
                int at = 1;
                if (cursor != null) {
                    for (String part : cursor) {
                        select.setString(at++, part);
                    }
                }
                select.setInt(at, asked);
                try (ResultSet row = select.executeQuery()) {
                    while (row.next()) {
                        if (row.getInt(1) >= 0) {
                            found.get(row.getInt(1)).add(row);
                        } else {
                            read = row.getLong(4);
                            last = SqlArrays.key(row, "last");
                        }
                    }
                }
            }
            return new Page(found, read, asked, last);
        }

        /** The page as key ids, which is all that is counted; its last key stands in a row of its own. */
        private String sql(Dialect dialect) {
            KeyPaging keys = shape.keys();
            List<Integer> numbers = IntStream.range(0, names.size()).boxed().toList();
            String where = cursor == null ? "" : " WHERE " + keys.compared("t", ">");
            return "WITH page AS (SELECT " + keys.selected("t") + ", " + EnvelopeKinds.groups(names) + " FROM "
                    + shape.table().quoted() + " t" + where + " ORDER BY " + keys.order("t")
                    + " LIMIT ?) SELECT counted.*,"
                    + " CAST(NULL AS text[]) AS last FROM (" + EnvelopeKinds.tallied(dialect, numbers, "page AS s")
                    + ") AS counted UNION ALL (SELECT -1, 'L', CAST(NULL AS bytea), (SELECT count(*) FROM page), ARRAY["
                    + keys.text("page") + "] FROM page ORDER BY " + keys.descending("page.") + " LIMIT 1)";
        }
    }
}
