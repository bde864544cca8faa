package dev.tegula.operations.reencrypt;

import dev.tegula.audit.AuditEntry;
import dev.tegula.envelope.StrictText;
import dev.tegula.jdbc.TableName;
import java.util.UUID;

/** What the audit trail is told of a re-encryption: that it was planned, each range that ended, and its end. */
final class JobTold {

    /** Names of tables are as long as the database allows. */
    private static final int LONGEST = 1_000;

    private JobTold() {}

    static AuditEntry planned(JobPlan plan) {
        return entry(
                "plan", plan.job().table(), plan.job().id(), ", " + plan.job().ranges() + " ranges");
    }

    static AuditEntry range(TableName table, RangeState ended) {
        return entry(
                "range",
                table,
                ended.job(),
                ", range " + ended.idx() + ": " + ended.moved() + " values moved, " + ended.passLeft() + " rows left");
    }

    static AuditEntry ended(JobPlan plan, JobOutcome outcome) {
        return entry("end", plan.job().table(), plan.job().id(), " is " + outcome);
    }

    /** Somebody ended, paused or resumed it. */
    static AuditEntry entry(String step, TableName table, UUID job, String rest) {
        return AuditEntry.of(AuditEntry.RESERVED + "job." + step, "table", StrictText.fitted(table.toString(), LONGEST))
                .detail("job " + job + rest);
    }
}
