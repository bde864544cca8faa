package dev.tegula.spark;

import dev.tegula.cli.database.OpenDatabase;
import dev.tegula.operations.reencrypt.JobOutcome;
import dev.tegula.operations.reencrypt.RangeReport;
import dev.tegula.operations.reencrypt.RunControl;
import java.util.UUID;
import org.apache.spark.api.java.function.VoidFunction;

/** One range, on an executor: returns once the database says that it ended. */
final class RangeTask implements VoidFunction<Integer> {

    private static final long serialVersionUID = 1;

    private final EngineSource source;
    private final UUID job;

    RangeTask(EngineSource source, UUID job) {
        this.source = source;
        this.job = job;
    }

    @Override
    public void call(Integer idx) {
        try (OpenDatabase open = source.open()) {
            RangeReport report = source.shared(open).run(job, idx, new RunControl());
            if (report.outcome() == JobOutcome.STOPPED) {
                // Spark interrupts tasks of a job that was cancelled. What is thrown is no success, whatever became of
                // it.
                throw new IllegalStateException("Range " + idx + " of job " + job + " was interrupted.");
            }
        }
    }
}
