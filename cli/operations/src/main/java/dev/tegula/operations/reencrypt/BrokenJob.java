package dev.tegula.operations.reencrypt;

import dev.tegula.failure.ConfigurationException;
import java.util.UUID;

/** What is said of rows of a job that Tegula did not write; they carry no seal, so anyone who writes to the database can. */
final class BrokenJob {

    private BrokenJob() {}

    /** The failure: which row of which table, what is wrong with it, and how to get rid of it. */
    static ConfigurationException of(String table, UUID job, String what) {
        return new ConfigurationException("The row of " + table + " for job " + job + " is not one that Tegula wrote: "
                + what + ". End the job, `tegula jobs cancel " + job
                + "`, and run again: that makes a new plan, and what was moved stays moved.");
    }
}
