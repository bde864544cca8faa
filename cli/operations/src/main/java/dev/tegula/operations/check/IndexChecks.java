package dev.tegula.operations.check;

import dev.tegula.Tegula;
import dev.tegula.blindindex.Normalizer;
import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.catalogue.IndexColumn;
import dev.tegula.catalogue.IndexRows;
import dev.tegula.catalogue.UnsealedColumn;
import dev.tegula.envelope.Scope;
import dev.tegula.envelope.TenantId;
import dev.tegula.failure.IntegrityException;
import dev.tegula.failure.TegulaException;
import dev.tegula.jdbc.CatalogueStore;
import dev.tegula.jdbc.Transactions;
import dev.tegula.operations.index.CatalogueIndexes;
import dev.tegula.operations.index.IndexFacts;
import dev.tegula.operations.index.NextColumn;
import dev.tegula.operations.reencrypt.BackfillReport;
import dev.tegula.operations.reencrypt.IndexBackfill;
import dev.tegula.operations.reencrypt.ProgressListener;
import dev.tegula.operations.reencrypt.RunControl;
import dev.tegula.operations.reencrypt.SweepSettings;
import dev.tegula.registry.KeyRegistry;
import java.util.List;
import java.util.function.Supplier;
import javax.sql.DataSource;

/** Checks blind indexes: that their columns, UNIQUE and keys are there, and that the first rows have the index of their values. */
final class IndexChecks {

    private static final int SAMPLE = 100;

    private final CheckList checks;
    private final DataSource database;
    private final Transactions transactions;
    private final CatalogueStore store;
    private final KeyRegistry registry;
    private final List<Normalizer<?>> foreign;

    IndexChecks(
            CheckList checks,
            DataSource database,
            Transactions transactions,
            CatalogueStore store,
            KeyRegistry registry,
            List<Normalizer<?>> foreign) {
        this.checks = checks;
        this.database = database;
        this.transactions = transactions;
        this.store = store;
        this.registry = registry;
        this.foreign = foreign;
    }

    /**
     * Checks all.
     *
     * @param engine opens values; asked for only where there is an index to compare
     */
    void run(Supplier<Tegula> engine) {
        IndexRows rows;
        try {
            rows = store.indexes();
        } catch (TegulaException e) {
            checks.fail("blind indexes", String.valueOf(e.getMessage()), e);
            return;
        }
        List<IndexColumn> indexes = rows.indexes();
        rows.unsealed().forEach(row -> checks.check("blind indexes", () -> refuse(row)));
        if (indexes.isEmpty()) {
            return;
        }
        List<EncryptedColumn> columns = store.rows().columns();
        List<IndexColumn> sound = indexes.stream()
                .filter(index -> checks.check(index.label(), () -> index(index, columns)))
                .toList();
        if (!sound.isEmpty()) {
            try (Tegula tegula = engine.get()) {
                CatalogueIndexes known = new CatalogueIndexes(tegula, columns, foreign);
                boolean arrays = transactions.dialect().takesArraysApart();
                sound.stream()
                        .filter(index -> arrays || !index.holdsTokens())
                        .forEach(index -> checks.check("rows of " + index.label(), () -> sample(known, index)));
            }
        }
    }

    private static String refuse(UnsealedColumn row) {
        throw new IntegrityException("A row of tegula_index does not verify: " + row.label() + " (" + row.why()
                + "). Nothing is filled or compared by it. If the column is an application's, restart the application: it"
                + " publishes it again. If not: " + row.removal() + ".");
    }

    private String index(IndexColumn index, List<EncryptedColumn> columns) {
        IndexFacts facts = transactions.read(sql -> IndexFacts.read(sql, index));
        if (!facts.type().isEmpty() && !facts.fits(index)) {
            String type = IndexFacts.typeOf(index);
            throw CheckList.wrong(
                    "The column is " + facts.type() + "; " + type + " was expected. In a migration of the application:"
                            + " drop it, and add it as " + type + ". " + gone(index));
        }
        CatalogueIndexes.values(index, columns);
        NextColumn.requireKnown(index, transactions);
        NextColumn.requireFits(index, transactions);
        List<String> statements = facts.statements(index);
        if (facts.type().isEmpty()) {
            throw CheckList.wrong(
                    "There is no such column, or this login may not see it. In a migration of the application:" + " `"
                            + String.join("; ", statements) + "`. " + gone(index));
        }
        if (!facts.unique()) {
            throw CheckList.wrong("The mapping says that it is UNIQUE (" + String.join(", ", index.unique())
                    + "), and the database does not keep it so: two rows may hold one value. In a migration of the"
                    + " application: `" + String.join("; ", statements) + "`.");
        }
        key(index);
        if (!statements.isEmpty()) {
            throw new CheckList.Note((facts.indexed() ? "" : "looking for it reads the whole table. ")
                    + "In a migration of" + " the application: `" + String.join("; ", statements) + "`");
        }
        if (index.holdsTokens()) {
            return "blind tokens of " + index.field() + ", " + index.sizeBytes() + " bytes each";
        }
        return "of " + index.field() + (index.unique().isEmpty() ? "" : ", unique") + ", " + index.bits() + " bits";
    }

    private static String gone(IndexColumn index) {
        return "If it is gone for good: `tegula fields remove " + index.argument() + "`.";
    }

    private void key(IndexColumn index) {
        if (!index.perTenant()
                && registry.active(Scope.index(index.field(), TenantId.none())).isEmpty()) {
            throw CheckList.wrong(index.field() + " has no ACTIVE key of purpose INDEX. `tegula keys create "
                    + index.field() + " --index --activate`");
        }
    }

    private String sample(CatalogueIndexes known, IndexColumn index) {
        BackfillReport report = new IndexBackfill(database, SweepSettings.standard())
                .verify(known.source(index), SAMPLE, new RunControl(), ProgressListener.none());
        String name = index.argument();
        if (!report.wrong().isEmpty()) {
            throw new IntegrityException(
                    "Of the first " + SAMPLE + " rows " + report.wrong().size()
                            + " have an index that is not that of their value, the first: "
                            + report.wrong().get(0)
                            + ". Somebody changed it in the database, or wrote the row without the application. `tegula index verify "
                            + name + "` lists all.");
        }
        if (!report.missing().isEmpty()) {
            throw new CheckList.Note(
                    "of the first " + SAMPLE + " rows " + report.missing().size()
                            + " have a value and no index: they are not found. `tegula index backfill " + name + "`");
        }
        if (report.left() > 0) {
            throw new CheckList.Note("of the first " + SAMPLE + " rows " + report.left()
                    + " have no index, because their value does not open or is refused, or for want of a key."
                    + " `tegula index verify " + name + "` lists all");
        }
        return "the first " + report.sound() + " fit their values";
    }
}
