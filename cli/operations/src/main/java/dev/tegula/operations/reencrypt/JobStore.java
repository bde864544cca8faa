package dev.tegula.operations.reencrypt;

import dev.tegula.envelope.FieldId;
import dev.tegula.envelope.KeyId;
import dev.tegula.envelope.Mode;
import dev.tegula.envelope.Scope;
import dev.tegula.envelope.TenantId;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.MalformedException;
import dev.tegula.failure.RefusedException;
import dev.tegula.jdbc.JdbcKeyRegistry;
import dev.tegula.jdbc.Session;
import dev.tegula.jdbc.TableName;
import dev.tegula.jdbc.TakenRows;
import dev.tegula.registry.KeyState;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** The rows of {@code tegula_job} and {@code tegula_job_key}. */
final class JobStore {

    private static final String OPEN = "OPEN";

    private JobStore() {}

    static void insert(Session session, JobPlan plan) throws SQLException {
        Job job = plan.job();
        try (PreparedStatement statement = session.prepare("INSERT INTO tegula_job (id, schema_name,"
                + " table_name, key_columns, state, fence, total) VALUES (?, ?, ?, ?, 'OPEN', 0, ?)")) {
            statement.setObject(1, job.id());
            statement.setString(2, job.table().schema());
            statement.setString(3, job.table().name());
            statement.setArray(4, SqlArrays.texts(session, plan.keyColumns()));
            statement.setLong(5, job.total());
            TakenRows.one(statement, "tegula_job");
        }
        try (PreparedStatement statement = session.prepare("INSERT INTO tegula_job_key (job, column_name,"
                + " tenant_column, field, tenant, source, target, mode) VALUES (?, ?, ?, ?, ?, ?, ?, ?)")) {
            for (JobPlan.Column column : plan.columns()) {
                for (KeyMove move : plan.moves()) {
                    if (move.scope().field().equals(column.field())) {
                        addMove(statement, job.id(), column, move);
                    }
                }
            }
            TakenRows.each(statement, "tegula_job_key");
        }
    }

    private static void addMove(PreparedStatement statement, UUID job, JobPlan.Column column, KeyMove move)
            throws SQLException {
        for (KeyId source : move.sources()) {
            statement.setObject(1, job);
            statement.setString(2, column.name());
            statement.setString(3, column.tenantColumn().orElse(null));
            statement.setString(4, column.field().value());
            statement.setBytes(5, move.scope().tenant().item());
            statement.setBytes(6, source.bytes());
            statement.setBytes(7, move.target().bytes());
            statement.setString(8, column.mode().name());
            statement.addBatch();
        }
    }

    /**
     * Loads a job.
     *
     * @throws ConfigurationException if there is none, or its rows are not what Tegula writes
     */
    static JobPlan load(Session session, UUID id) throws SQLException {
        String sql = "SELECT schema_name, table_name, key_columns, total, state, fence,"
                + " (SELECT count(*) FROM tegula_range r WHERE r.job = j.id) FROM tegula_job j WHERE id = ?";
        try (PreparedStatement statement = session.prepare(sql)) {
            statement.setObject(1, id);
            try (ResultSet row = statement.executeQuery()) {
                if (!row.next()) {
                    throw new ConfigurationException("There is no job " + id + " in this database; plan one first.");
                }
                TableName table = new TableName(row.getString(1), row.getString(2));
                Job job = new Job(
                        id,
                        table,
                        row.getInt(7),
                        row.getLong(4),
                        TableSize.of(session, table).large());
                List<String> keys = SqlArrays.key(row, "key_columns");
                if (keys == null) {
                    throw new IllegalArgumentException("key_columns is NULL");
                }
                String state = row.getString(5);
                boolean open = state.equals(OPEN);
                return moves(session, job, keys, open && row.getLong(6) == 0)
                        .ended(open ? Optional.empty() : Optional.of(JobOutcome.valueOf(state)));
            }
        } catch (IllegalArgumentException e) {
            throw BrokenJob.of("tegula_job", id, String.valueOf(e.getMessage()));
        }
    }

    private static JobPlan moves(Session session, Job job, List<String> keys, boolean open) throws SQLException {
        Set<JobPlan.Column> columns = new LinkedHashSet<>();
        Map<Scope, KeyId> targets = new HashMap<>();
        Map<Scope, Set<KeyId>> sources = new HashMap<>();
        try (PreparedStatement statement = session.prepare("SELECT column_name, tenant_column, field, tenant,"
                + " source, target, mode FROM tegula_job_key WHERE job = ? ORDER BY column_name, source")) {
            statement.setObject(1, job.id());
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    FieldId field = new FieldId(row.getString(3));
                    Scope scope = Scope.data(field, TenantId.ofItem(row.getBytes(4)));
                    if (row.getString(1).isEmpty() || "".equals(row.getString(2))) {
                        throw new IllegalArgumentException("a column without a name");
                    }
                    columns.add(new JobPlan.Column(
                            row.getString(1),
                            field,
                            Optional.ofNullable(row.getString(2)),
                            Mode.valueOf(row.getString(7))));
                    targets.put(scope, KeyId.copyOf(row.getBytes(6)));
                    sources.computeIfAbsent(scope, s -> new HashSet<>()).add(KeyId.copyOf(row.getBytes(5)));
                }
            }
        } catch (MalformedException | IllegalArgumentException e) {
            throw BrokenJob.of("tegula_job_key", job.id(), String.valueOf(e.getMessage()));
        }
        if (columns.isEmpty()) {
            throw BrokenJob.of("tegula_job_key", job.id(), "there is none");
        }
        List<KeyMove> moves = new ArrayList<>();
        targets.forEach(
                (scope, target) -> moves.add(new KeyMove(scope, target, sources.getOrDefault(scope, Set.of()))));
        return new JobPlan(job, keys, List.copyOf(columns), moves, open, Optional.empty());
    }

    /** Open jobs of a table, oldest first. */
    static List<UUID> open(Session session, TableName table) throws SQLException {
        try (PreparedStatement statement = session.prepare("SELECT id FROM tegula_job WHERE schema_name = ?"
                + " AND table_name = ? AND state = 'OPEN' ORDER BY created_at, id")) {
            statement.setString(1, table.schema());
            statement.setString(2, table.name());
            List<UUID> jobs = new ArrayList<>();
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    jobs.add(row.getObject(1, UUID.class));
                }
            }
            return jobs;
        }
    }

    /**
     * Refuses a job that is not there.
     *
     * @throws ConfigurationException naming the command that lists those that are
     */
    static void require(Session session, UUID job) throws SQLException {
        if (!known(session, job)) {
            throw new ConfigurationException(
                    "There is no job " + job + " in this database. `tegula jobs list` shows the open ones.");
        }
    }

    /**
     * The table of a job, as its row names it.
     *
     * @throws ConfigurationException as {@link #require}
     */
    static TableName table(Session session, UUID job) throws SQLException {
        require(session, job);
        try (PreparedStatement statement =
                session.prepare("SELECT schema_name, table_name FROM tegula_job WHERE id = ?")) {
            statement.setObject(1, job);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return new TableName(row.getString(1), row.getString(2));
            }
        }
    }

    static boolean known(Session session, UUID job) throws SQLException {
        try (PreparedStatement statement = session.prepare("SELECT 1 FROM tegula_job WHERE id = ?")) {
            statement.setObject(1, job);
            try (ResultSet row = statement.executeQuery()) {
                return row.next();
            }
        }
    }

    /**
     * What is said of a paused job of the table that moves values of one of the columns; empty if there is none. Until it is
     * resumed or ended, no other job is planned beside it.
     */
    static Optional<Finding> paused(Session session, TableName table, List<String> columns) throws SQLException {
        if (!readable(session)) {
            return Optional
                    .empty(); // who may not read jobs makes none, and is told which rights on the table are missing
        }
        try (PreparedStatement statement = session.prepare("SELECT j.id, j.finished_at FROM tegula_job j WHERE"
                + " j.schema_name = ? AND j.table_name = ? AND j.state = 'PAUSED' AND EXISTS (SELECT 1 FROM tegula_job_key k"
                + " WHERE k.job = j.id AND k.column_name = ANY (?)) ORDER BY j.created_at, j.id LIMIT 1")) {
            statement.setString(1, table.schema());
            statement.setString(2, table.name());
            statement.setArray(3, SqlArrays.texts(session, columns));
            try (ResultSet row = statement.executeQuery()) {
                if (!row.next()) {
                    return Optional.empty();
                }
                String job = row.getString(1);
                OffsetDateTime at = row.getObject(2, OffsetDateTime.class);
                String since = at == null ? "" : " since " + at.toInstant().truncatedTo(ChronoUnit.SECONDS);
                return Optional.of(new Finding(
                        Finding.Kind.PAUSED_JOB,
                        table.toString(),
                        "Job " + job + " of " + table + " is paused" + since + ". `tegula jobs resume " + job
                                + "` lets it go on, `tegula jobs cancel " + job
                                + "` ends it. Until then nothing else moves values of its columns."));
            }
        }
    }

    private static boolean readable(Session session) throws SQLException {
        try (PreparedStatement select = session.prepare("SELECT has_table_privilege('tegula_job', 'SELECT')"
                        + " AND has_table_privilege('tegula_job_key', 'SELECT')");
                ResultSet row = select.executeQuery()) {
            return row.next() && row.getBoolean(1);
        }
    }

    static int end(Session session, UUID job, JobOutcome outcome) throws SQLException {
        try (PreparedStatement statement = session.prepare(
                "UPDATE tegula_job SET state = ?, finished_at = now() WHERE id = ? AND state IN ('OPEN', 'PAUSED')")) {
            statement.setString(1, outcome.name());
            statement.setObject(2, job);
            return statement.executeUpdate();
        }
    }

    /**
     * Refuses targets that are not ACTIVE now, with the code {@link CipherSource#STALE}; read in the transaction that
     * inserts the job, so that an activation
     * either fences the job or is seen here.
     */
    static void requireActive(Session session, List<KeyMove> moves, CipherSource ciphers) throws SQLException {
        for (KeyMove move : moves) {
            String state = JdbcKeyRegistry.find(session, move.target())
                    .map(row -> ciphers.verified(row).state().name())
                    .orElse("not in the registry");
            if (!KeyState.ACTIVE.name().equals(state)) {
                throw new RefusedException(
                        CipherSource.STALE,
                        move.scope() + ": values can only be moved to the ACTIVE key; "
                                + move.target() + " is " + state + ". Activate it first, `tegula keys activate "
                                + move.scope().field()
                                + " --version N`, or plan again if another key was activated meanwhile.");
            }
        }
    }
}
