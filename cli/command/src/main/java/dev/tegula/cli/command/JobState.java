package dev.tegula.cli.command;

import dev.tegula.cli.database.OpenDatabase;
import dev.tegula.operations.reencrypt.OpenJobs.OpenJob;
import dev.tegula.operations.rotation.OrphanedJobs;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;

/** The state of jobs, in one word each. */
final class JobState {

    static final String PAUSED = "paused";
    static final String STALE = "stale";
    static final String ORPHANED = "orphaned";

    private final Set<UUID> orphaned;

    private JobState(Set<UUID> orphaned) {
        this.orphaned = orphaned;
    }

    static JobState of(OpenDatabase open) {
        return new JobState(
                new OrphanedJobs(open.dataSource()).ids(open.catalogue().rows().columns()));
    }

    /** What is to be known first of a job that has not ended. */
    String word(OpenJob job) {
        return word(job, "OPEN");
    }

    /** The same of any; the state of its row is that of one that ended. */
    String word(OpenJob job, String row) {
        if (orphaned.contains(job.id())) {
            return ORPHANED;
        }
        if (job.paused().isPresent()) {
            return PAUSED;
        }
        return row.equals("OPEN") && job.stale() ? STALE : row.toLowerCase(Locale.ROOT);
    }
}
