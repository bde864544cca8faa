package dev.tegula.operations.reencrypt;

import dev.tegula.jdbc.KeptConnection;
import dev.tegula.jdbc.Session;
import dev.tegula.jdbc.SqlWork;
import dev.tegula.jdbc.TableName;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * The jobs of a database as somebody looks at them, and ends them. Reads numbers and names only, so that a job with rows
 * that nobody understands can be seen and ended too. Thread-safe; throws what {@link Reencryption} throws.
 */
public final class OpenJobs {

    private final DataSource database;
    private final CipherSource told;

    /** The jobs of a database, to be looked at. */
    public OpenJobs(DataSource database) {
        this(database, (keyId, scope) -> {
            throw new IllegalStateException("Nothing is opened here");
        });
    }

    /** The same to be paused, resumed and ended, which the audit trail is told. */
    public OpenJobs(DataSource database, CipherSource told) {
        this.database = database;
        this.told = told;
    }

    /**
     * An open job.
     *
     * @param id its identity
     * @param table its table, as its row names it
     * @param paused since when it is paused; empty if it is not
     * @param stale whether a key was activated or retired since, so that it is planned again
     * @param created when it was planned
     * @param ranges how many ranges it has
     * @param done how many of them ended
     * @param moved values moved; the largest number there is if somebody wrote larger ones
     * @param total values there were to move
     * @param estimated whether these were never counted, because the table is large
     */
    public record OpenJob(
            UUID id,
            TableName table,
            Optional<Instant> paused,
            boolean stale,
            Instant created,
            long ranges,
            long done,
            long moved,
            long total,
            boolean estimated) {

        OpenJob of(TableSize size) {
            return new OpenJob(id, table, paused, stale, created, ranges, done, moved, total, size.large());
        }
    }

    /** The jobs that have not ended, oldest first. */
    public List<OpenJob> list() {
        return run("listing jobs", session -> {
            List<OpenJob> sized = new ArrayList<>();
            for (OpenJob job : read(session, "j.state IN ('OPEN', 'PAUSED')", null)) {
                sized.add(job.of(TableSize.of(session, job.table())));
            }
            return sized;
        });
    }

    /**
     * One job, ended or not; of one that ended the field {@code paused} is empty.
     *
     * @throws dev.tegula.failure.ConfigurationException if there is no such job
     */
    public Shown show(UUID job) {
        return run("looking at a job", session -> {
            JobDetail detail = JobDetail.read(session, job);
            OpenJob found = read(session, "j.id = ?", job).get(0);
            return new Shown(found.of(TableSize.of(session, found.table())), detail);
        });
    }

    /**
     * A job with its detail.
     *
     * @param job as in the list
     * @param detail what the list leaves out
     */
    public record Shown(OpenJob job, JobDetail detail) {}

    private static List<OpenJob> read(Session session, String which, @Nullable UUID id) throws SQLException {
        List<OpenJob> jobs = new ArrayList<>();
        try (PreparedStatement select =
                session.prepare("SELECT j.id, j.schema_name, j.table_name, j.fence > 0, j.created_at,"
                        + " count(r.job), count(r.job) FILTER (WHERE r.done), "
                        + " CAST(least(coalesce(sum(r.moved), 0), CAST(9223372036854775807 AS numeric)) AS int8),"
                        + " j.total, CASE WHEN j.state = 'PAUSED' THEN j.finished_at END FROM tegula_job j LEFT JOIN"
                        + " tegula_range r ON r.job = j.id WHERE " + which
                        + " GROUP BY j.id, j.schema_name, j.table_name,"
                        + " j.fence, j.created_at, j.total, j.state, j.finished_at ORDER BY j.created_at, j.id")) {
            if (id != null) {
                select.setObject(1, id);
            }
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    jobs.add(new OpenJob(
                            row.getObject(1, UUID.class),
                            new TableName(row.getString(2), row.getString(3)),
                            Optional.ofNullable(row.getObject(10, OffsetDateTime.class))
                                    .map(OffsetDateTime::toInstant),
                            row.getBoolean(4),
                            row.getObject(5, OffsetDateTime.class).toInstant(),
                            row.getLong(6),
                            row.getLong(7),
                            row.getLong(8),
                            row.getLong(9),
                            false));
                }
            }
        }
        return jobs;
    }

    /** Whether there is such a job, open or ended. */
    public boolean known(UUID job) {
        return run("looking for a job", session -> JobStore.known(session, job));
    }

    /** Whether values of a table are being moved by a job that is open, or were moved by one that ended after that. */
    public boolean moving(TableName table, Instant since) {
        return run("looking for jobs of " + table, session -> {
            try (PreparedStatement select =
                    session.prepare("SELECT EXISTS (SELECT 1 FROM tegula_job WHERE schema_name = ?"
                            + " AND table_name = ? AND (state = 'OPEN' OR finished_at > ?))")) {
                select.setString(1, table.schema());
                select.setString(2, table.name());
                select.setObject(3, since.atOffset(ZoneOffset.UTC));
                try (ResultSet row = select.executeQuery()) {
                    row.next();
                    return row.getBoolean(1);
                }
            }
        });
    }

    /**
     * Ends an open job: its workers stop at their next batch, what was moved stays moved, and the next run plans again. Ends
     * well for one that ended before.
     *
     * @return whether it was open
     * @throws dev.tegula.failure.ConfigurationException if there is no such job
     */
    public boolean cancel(UUID job) {
        return run("cancelling a job", session -> {
            TableName table = JobStore.table(session, job);
            boolean ended = JobStore.end(session, job, JobOutcome.CANCELLED) > 0;
            if (ended) {
                told.tell(session, JobTold.entry("end", table, job, " is " + JobOutcome.CANCELLED));
            }
            return ended;
        });
    }

    /**
     * Holds an open job: its workers, in all processes, end before their next batch, and none begins until it is resumed.
     *
     * @return whether it was open; false if it was paused already
     * @throws dev.tegula.failure.ConfigurationException if there is no such job
     * @throws dev.tegula.failure.RefusedException code {@code job-ended}, if it ended before
     */
    public boolean pause(UUID job) {
        return run("pausing a job", session -> JobPause.pause(session, job, told));
    }

    /**
     * Lets a paused job go on: the next run of a rotation or re-encryption joins it.
     *
     * @return whether it was paused; false if it is open
     * @throws dev.tegula.failure.ConfigurationException if there is no such job
     * @throws dev.tegula.failure.RefusedException code {@code job-ended}, if it ended before; code {@code job-outdated}, if its table
     *     was changed so that its ranges say nothing about it any more
     */
    public boolean resume(UUID job) {
        return run("resuming a job", session -> JobPause.resume(session, job, told));
    }

    /** Whether {@link #resume} would let it go on; fails as that does. */
    public boolean resumable(UUID job) {
        return run("looking at a job", session -> JobPause.resumable(session, job));
    }

    private <T> T run(String doing, SqlWork<T> work) {
        try (KeptConnection kept = SweepSettings.standard().connection(database)) {
            return new RunControl().retry().run(doing, () -> kept.once(work));
        }
    }
}
