package dev.tegula.operations.reencrypt;

import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.envelope.FieldId;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.TegulaException;
import dev.tegula.jdbc.KeptConnection;
import dev.tegula.jdbc.TableName;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.sql.DataSource;

/**
 * Opens stored values and checks each against the catalogue: its field, the tenant of its row, its mode, its type.
 * Changes nothing. It cannot see that two values of one field and tenant were swapped between rows, or that an older
 * value of a row was put back; see what FIELD mode does not promise. Thread-safe.
 */
public final class Verification {

    private final DataSource source;
    private final CipherSource ciphers;
    private final SweepSettings settings;

    /**
     * Verifies the columns of one database.
     *
     * @param source gives connections that may SELECT, to the primary
     * @param ciphers opens by explicit key id
     * @param settings pages are ten times its batches, at most 1,000 rows; the timeouts and the rate limit hold
     */
    public Verification(DataSource source, CipherSource ciphers, SweepSettings settings) {
        this.source = source;
        this.ciphers = ciphers;
        this.settings = settings;
    }

    /**
     * Opens the values of the columns.
     *
     * @param samplePercent above 0 to 100; below 100 rows are drawn at random
     * @param workers threads, 1 to 64; a table is read by one
     * @throws ConfigurationException if the catalogue does not match a table, or a parameter is outside its range
     * @throws dev.tegula.failure.UnavailableException if database or KMS do not answer
     * @throws dev.tegula.failure.DeniedException if database or KMS refuse
     */
    public VerifyReport verify(
            List<EncryptedColumn> columns,
            double samplePercent,
            int workers,
            RunControl control,
            ProgressListener listener) {
        Reencryption.requireWorkers(workers);
        if (!(samplePercent > 0 && samplePercent <= 100)) {
            throw new ConfigurationException(
                    "A sample must be above 0 and at most 100 percent, not " + samplePercent + ".");
        }
        Map<TableName, List<EncryptedColumn>> tables = new LinkedHashMap<>();
        columns.forEach(c ->
                tables.computeIfAbsent(TableName.of(c), t -> new ArrayList<>()).add(c));
        Rate rate = new Rate(settings.maxPerSecond(), System::nanoTime);
        ExecutorService threads = Executors.newFixedThreadPool(workers, task -> {
            Thread thread = new Thread(task, "tegula-verify");
            thread.setDaemon(true);
            return thread;
        });
        VerifyTally tally = new VerifyTally();
        try {
            List<Future<Boolean>> running = new ArrayList<>();
            tables.forEach((table, ofTable) -> running.add(threads.submit(() -> {
                try (KeptConnection kept = settings.connection(source)) {
                    return new TableCheck(kept, ciphers, settings, control, rate, tally, listener, workers)
                            .run(table, ofTable, samplePercent);
                }
            })));
            boolean complete = true;
            for (Future<Boolean> table : running) {
                complete &= table.get();
            }
            return tally.report(complete);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return tally.report(false);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof TegulaException known) {
                throw known;
            }
            throw new IllegalStateException("A verification ended unexpectedly", e.getCause());
        } finally {
            threads.shutdownNow();
        }
    }

    static List<FieldId> fields(List<EncryptedColumn> columns) {
        return columns.stream().map(EncryptedColumn::field).distinct().toList();
    }
}
