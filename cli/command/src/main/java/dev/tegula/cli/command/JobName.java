package dev.tegula.cli.command;

import dev.tegula.cli.database.OpenDatabase;
import dev.tegula.config.UnknownName;
import dev.tegula.operations.reencrypt.CipherSource;
import dev.tegula.operations.reencrypt.OpenJobs;
import java.util.List;
import java.util.UUID;
import picocli.CommandLine.Parameters;

/** The job that a command is about. */
final class JobName {

    @Parameters(
            paramLabel = "JOB",
            converter = Identifier.class,
            description = "Its id, as tegula jobs list prints it.")
    UUID id = new UUID(0, 0);

    /** The jobs of a database; the audit trail is told what becomes of them. */
    static OpenJobs of(OpenDatabase open) {
        return new OpenJobs(open.dataSource(), CipherSource.of(open.tegula()));
    }

    /**
     * Whether it has not ended. Ended jobs are known too.
     *
     * @throws dev.tegula.failure.ConfigurationException naming the nearest one, if there is none
     */
    boolean unfinished(OpenJobs jobs) {
        List<String> open =
                jobs.list().stream().map(known -> known.id().toString()).toList();
        if (!open.contains(id.toString()) && !jobs.known(id)) {
            throw UnknownName.of("job", id.toString(), "the list of open jobs", open);
        }
        return open.contains(id.toString());
    }
}
