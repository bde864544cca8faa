package dev.tegula.operations.reencrypt;

import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.jdbc.Identifiers;
import dev.tegula.jdbc.KeptConnection;
import dev.tegula.jdbc.Retry;
import dev.tegula.jdbc.Session;
import dev.tegula.jdbc.TakenRows;
import dev.tegula.operations.document.Counts;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.UUID;
import java.util.function.Consumer;

/** Writes the rows of a job: counts or estimates what is to do, cuts the table into ranges, and joins a job that is there already. */
final class Planner {

    /** Who runs a range by itself makes no plan. */
    static final String AGAIN = "The command that planned it, run again, makes a new plan.";

    private static final long ROWS_PER_RANGE = 5_000;
    private static final int MAX_RANGES = 64;

    private final KeptConnection kept;
    private final Retry retry;
    private final CipherSource ciphers;
    private final Consumer<String> said;

    Planner(KeptConnection kept, Retry retry, CipherSource ciphers, Consumer<String> said) {
        this.kept = kept;
        this.retry = retry;
        this.ciphers = ciphers;
        this.said = said;
    }

    /**
     * What there is to do.
     *
     * @param rows rows of the table
     * @param values values among them under a source key
     */
    record Size(long rows, long values) {}

    Job plan(JobSpec spec) {
        String doing = "planning " + spec.table();
        List<String> names =
                spec.columns().stream().map(EncryptedColumn::column).toList();
        retry.run(doing, () -> kept.once(c -> JobStore.paused(c, spec.table(), names)))
                .ifPresent(finding -> {
                    throw finding.failure();
                });
        TableShape shape = retry.run(doing, () -> kept.once(c -> TableShape.read(c, spec.table(), spec.columns())));
        List<JobPlan.Column> columns =
                spec.columns().stream().map(Planner::column).toList();
        JobPlan draft = draft(spec, shape, columns, 0, 0, false);
        Optional<Job> running = retry.run(doing, () -> kept.serializable(c -> join(c, draft)));
        if (running.isPresent()) {
            return running.get();
        }
        Division division = retry.run(doing, () -> kept.patient(c -> division(c, draft, shape, spec.ranges())));
        List<List<String>> bounds = division.bounds();
        JobPlan plan = draft(spec, shape, columns, bounds.size() + 1, division.values(), division.estimated());
        division.way().ifPresent(way -> said.accept(spec.table() + ": " + way));
        return retry.run(
                doing,
                () -> kept.serializable(c -> {
                    JobStore.requireActive(c, plan.moves(), ciphers);
                    Optional<Job> other = join(c, plan);
                    if (other.isEmpty()) {
                        JobStore.insert(c, plan);
                        insertRanges(c, plan.job().id(), bounds);
                        ciphers.tell(c, JobTold.planned(plan));
                    }
                    return other.orElse(plan.job());
                }));
    }

    static JobPlan.Column column(EncryptedColumn column) {
        return new JobPlan.Column(column.column(), column.field(), column.tenantColumn(), column.mode());
    }

    private static JobPlan draft(
            JobSpec spec, TableShape shape, List<JobPlan.Column> columns, int ranges, long total, boolean estimated) {
        Job job = new Job(UUID.randomUUID(), spec.table(), ranges, total, estimated);
        List<String> keys = shape.keys().columns().stream().map(KeyColumn::name).toList();
        return new JobPlan(job, keys, columns, spec.moves(), true, Optional.empty());
    }

    /**
     * The open job that does the same, if there is one. Open jobs with other targets for our sources end as stale, and so
     * do those of a key that the table is no longer paged by: their ranges say nothing about it.
     */
    private static Optional<Job> join(Session session, JobPlan wanted) throws SQLException {
        for (UUID id : JobStore.open(session, wanted.job().table())) {
            JobPlan other = JobStore.load(session, id);
            if (other.open() && same(other, wanted)) {
                return Optional.of(other.job());
            }
            boolean overlaps = other.bySource().keySet().stream().anyMatch(wanted.bySource()::containsKey);
            if (!other.open() || overlaps) {
                JobStore.end(session, id, JobOutcome.STALE);
            }
        }
        return Optional.empty();
    }

    private static boolean same(JobPlan one, JobPlan other) {
        return one.keyColumns().equals(other.keyColumns())
                && new HashSet<>(one.columns()).equals(new HashSet<>(other.columns()))
                && new HashSet<>(one.moves()).equals(new HashSet<>(other.moves()));
    }

    static Size size(Session session, JobPlan plan) throws SQLException {
        StringJoiner sum = new StringJoiner(" + ");
        for (JobPlan.Column column : plan.columns()) {
            sum.add("count(*) FILTER (WHERE substring(" + Identifiers.quote(column.name())
                    + " from 3 for 32) = ANY (?))");
        }
        String sql = "SELECT count(*), " + sum + " FROM " + plan.job().table().quoted();
        try (PreparedStatement statement = session.prepare(sql)) {
            int at = 1;
            for (JobPlan.Column column : plan.columns()) {
                statement.setArray(at++, SqlArrays.keyIds(session, plan.sources(column)));
            }
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return new Size(row.getLong(1), row.getLong(2));
            }
        }
    }

    /**
     * How a table is cut.
     *
     * @param values values under a source key
     * @param estimated whether these were estimated
     * @param way how that was done, where it could have been done in another way
     * @param bounds the inner bounds: the last key of every range but the last, which stays open for rows to come
     */
    private record Division(long values, boolean estimated, Optional<String> way, List<List<String>> bounds) {}

    private static Division division(Session session, JobPlan plan, TableShape shape, int asked) throws SQLException {
        TableDivision table = new TableDivision(session, shape);
        if (table.large()) {
            Optional<Size> sampled = table.estimate(plan);
            if (sampled.isPresent()) {
                Size size = sampled.get();
                TableDivision.Bounds bounds = table.bounds(wanted(asked, size.rows()));
                String way = "about " + Counts.number(size.values()) + " values, by a sample; "
                        + (bounds.inner().size() + 1) + " ranges " + bounds.way();
                return new Division(size.values(), true, Optional.of(way), bounds.inner());
            }
        }
        Size size = size(session, plan);
        return new Division(
                size.values(), false, table.whole(), table.counted(size.rows(), wanted(asked, size.rows())));
    }

    private static int wanted(int asked, long rows) {
        return asked > 0 ? asked : (int) Math.max(1, Math.min(MAX_RANGES, rows / ROWS_PER_RANGE));
    }

    private static void insertRanges(Session session, UUID job, List<List<String>> bounds) throws SQLException {
        try (PreparedStatement statement =
                session.prepare("INSERT INTO tegula_range (job, idx, lo, hi) VALUES (?, ?, ?, ?)")) {
            for (int i = 0; i <= bounds.size(); i++) {
                statement.setObject(1, job);
                statement.setInt(2, i);
                statement.setArray(3, SqlArrays.key(session, i == 0 ? null : bounds.get(i - 1)));
                statement.setArray(4, SqlArrays.key(session, i == bounds.size() ? null : bounds.get(i)));
                statement.addBatch();
            }
            TakenRows.each(statement, "tegula_range");
        }
    }
}
