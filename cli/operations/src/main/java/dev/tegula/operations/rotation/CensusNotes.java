package dev.tegula.operations.rotation;

import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.failure.TegulaException;
import dev.tegula.failure.UnavailableException;
import dev.tegula.jdbc.TableName;
import dev.tegula.jdbc.Transactions;
import dev.tegula.operations.reencrypt.OpenJobs;
import dev.tegula.operations.reencrypt.TableTally;
import dev.tegula.registry.KeyRow;
import dev.tegula.registry.RegistrySeal;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What one survey reads and keeps of censuses; that it cannot is said, and stops no count. Not thread-safe. */
final class CensusNotes {

    /** A census that began earlier would say too little of now. */
    private static final Duration RESUMED = Duration.ofDays(1);

    private static final String OID = "SELECT c.oid FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n"
            + " ON n.oid = c.relnamespace WHERE n.nspname = ? AND c.relname = ?";

    private final Transactions transactions;
    private final CensusRows rows;
    private final OpenJobs jobs;
    private final InstantSource clock;
    private final List<String> remarks = new ArrayList<>();
    private boolean keeps = true;

    CensusNotes(Transactions transactions, RegistrySeal seal, InstantSource clock) {
        this.transactions = transactions;
        this.rows = new CensusRows(transactions, seal);
        this.jobs = new OpenJobs(transactions.dataSource());
        this.clock = clock;
    }

    List<String> remarks() {
        return remarks;
    }

    void remark(String sentence) {
        if (!remarks.contains(sentence)) {
            remarks.add(sentence);
        }
    }

    /**
     * The last census of a table, if it counted all of the columns and nothing that moves their values happened since.
     *
     * @param keys the keys of the columns' fields
     */
    Optional<CensusRecord> last(TableName table, List<EncryptedColumn> columns, List<KeyRow> keys) {
        return found(table, CensusRows.Part.LAST, relation(table))
                .filter(record -> record.tally().complete()
                        && columns.stream()
                                .allMatch(c -> record.column(c.column()).isPresent()))
                .filter(record -> {
                    Optional<String> changed = changed(table, keys, record.began());
                    changed.ifPresent(what -> remark("The census of " + table + " that began "
                            + record.began().truncatedTo(ChronoUnit.SECONDS) + " is not shown: since then " + what
                            + ". `tegula status --exact` counts again."));
                    return changed.isEmpty();
                });
    }

    /** A key is made, activated or retired for values to be moved, and a job moves them. */
    private Optional<String> changed(TableName table, List<KeyRow> keys, Instant since) {
        Optional<String> key = keys.stream()
                .filter(row -> Stream.of(
                                row.times().created(),
                                row.times().activated(),
                                row.times().retired())
                        .anyMatch(at -> at != null && at.isAfter(since)))
                .map(row -> row.label() + " of " + row.scope().field() + " came or changed its state")
                .findFirst();
        return key.isPresent() || !jobs.moving(table, since)
                ? key
                : Optional.of("a job moves its values, or has moved them");
    }

    private Optional<CensusRecord> found(TableName table, CensusRows.Part part, long relation) {
        try {
            CensusRows.Found found = rows.find(table, part);
            if (found.forged()) {
                remark("The row of " + table + " in tegula_census (" + part
                        + ") does not carry a valid seal: it was changed or added by something other than Tegula, or sealed under a"
                        + " registry root that is not pinned here. It was not used; the next census replaces it.");
            }
            return found.content().filter(record -> record.relation() == relation);
        } catch (UnavailableException e) {
            throw e;
        } catch (TegulaException e) {
            keeps = false;
            unkept(e);
            return Optional.empty();
        }
    }

    private long relation(TableName table) {
        return transactions.read(session -> {
            try (PreparedStatement select = session.prepare(OID)) {
                select.setString(1, table.schema());
                select.setString(2, table.name());
                try (ResultSet row = select.executeQuery()) {
                    return row.next() ? row.getLong(1) : 0;
                }
            }
        });
    }

    private void unkept(TegulaException e) {
        remark(
                "What is counted cannot be kept, so a count that is cut off begins again, and no later look can show it: "
                        + e.getMessage());
    }

    /** Begins a census. */
    Note note(TableName table) {
        return new Note(table, relation(table), clock.instant());
    }

    /** One census of a table. */
    final class Note {

        private final TableName table;
        private final long relation;
        private Instant began;
        private boolean kept;

        private Note(TableName table, long relation, Instant began) {
            this.table = table;
            this.relation = relation;
            this.began = began;
        }

        /** What a count goes on from: the census that was cut off, if there is one of today that it continues, else its start. */
        TableTally goingOn(TableTally start) {
            Optional<CensusRecord> running = found(table, CensusRows.Part.RUNNING, relation)
                    .filter(record -> record.began().isAfter(began.minus(RESUMED))
                            && !record.began().isAfter(began)
                            && record.tally().continues(start));
            running.ifPresent(record -> {
                remark(table + " was counted from where a census that began " + record.began() + " was cut off, after "
                        + record.tally().rows() + " rows.");
                began = record.began();
            });
            return running.map(CensusRecord::tally).orElse(start);
        }

        CensusRecord record(TableTally tally) {
            return new CensusRecord(relation, began, clock.instant(), tally);
        }

        /** Whether what was counted last is kept. */
        boolean kept() {
            return kept;
        }

        /** Keeps how far it is. What cannot be kept because the database does not answer is tried again with the next page. */
        void keep(TableTally tally) {
            kept = false;
            if (!keeps) {
                return;
            }
            try {
                if (tally.complete()) {
                    rows.ended(table, record(tally));
                } else {
                    rows.running(table, record(tally));
                }
                kept = true;
            } catch (UnavailableException e) {
                if (tally.complete()) {
                    unkept(e);
                }
            } catch (TegulaException e) {
                keeps = false;
                unkept(e);
            }
        }
    }
}
