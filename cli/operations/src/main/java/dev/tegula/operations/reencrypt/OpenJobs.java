package dev.tegula.operations.reencrypt;

import dev.tegula.jdbc.KeptConnection;
import dev.tegula.jdbc.SqlWork;
import dev.tegula.jdbc.TableName;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;

/**
 * The jobs of a database as somebody looks at them, and ends them. Reads numbers and names only, so that a job with rows
 * that nobody understands can be seen and ended too. Thread-safe; throws what {@link Reencryption} throws.
 */
public final class OpenJobs {

    private final DataSource database;

    /** The jobs of a database. */
    public OpenJobs(DataSource database) {
        this.database = database;
    }

    /**
     * An open job.
     *
     * @param id its identity
     * @param table its table, as its row names it
     * @param stale whether a key was activated or retired since, so that it is planned anew
     * @param created when it was planned
     * @param ranges how many ranges it has
     * @param done how many of them ended
     * @param moved values moved; the largest number there is if somebody wrote larger ones
     * @param total values there were to move
     */
    public record OpenJob(
            UUID id, TableName table, boolean stale, Instant created, long ranges, long done, long moved, long total) {}

    /** The open jobs, oldest first. */
    public List<OpenJob> list() {
        return run("listing jobs", session -> {
            List<OpenJob> jobs = new ArrayList<>();
            try (PreparedStatement select =
                            session.prepare("SELECT j.id, j.schema_name, j.table_name, j.fence > 0, j.created_at,"
                                    + " count(r.job), count(r.job) FILTER (WHERE r.done), "
                                    + " CAST(least(coalesce(sum(r.moved), 0), CAST(9223372036854775807 AS numeric)) AS int8),"
                                    + " j.total FROM tegula_job j LEFT JOIN tegula_range r ON r.job = j.id WHERE j.state = 'OPEN'"
                                    + " GROUP BY j.id, j.schema_name, j.table_name, j.fence, j.created_at, j.total"
                                    + " ORDER BY j.created_at, j.id");
                    ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    jobs.add(new OpenJob(
                            row.getObject(1, UUID.class),
                            new TableName(row.getString(2), row.getString(3)),
                            row.getBoolean(4),
                            row.getObject(5, OffsetDateTime.class).toInstant(),
                            row.getLong(6),
                            row.getLong(7),
                            row.getLong(8),
                            row.getLong(9)));
                }
            }
            return jobs;
        });
    }

    /** Whether there is such a job, open or ended. */
    public boolean known(UUID job) {
        return run("looking for a job", session -> JobStore.known(session, job));
    }

    /**
     * Ends an open job: its workers stop at their next batch, what was moved stays moved, and the next run plans anew. Ends
     * well for one that ended before.
     *
     * @return whether it was open
     * @throws dev.tegula.failure.ConfigurationException if there is no such job
     */
    public boolean cancel(UUID job) {
        return run("cancelling a job", session -> {
            JobStore.require(session, job);
            return JobStore.end(session, job, JobOutcome.CANCELLED) > 0;
        });
    }

    private <T> T run(String doing, SqlWork<T> work) {
        try (KeptConnection kept = SweepSettings.standard().connection(database)) {
            return new RunControl().retry().run(doing, () -> kept.once(work));
        }
    }
}
