package dev.tegula.operations.check;

import dev.tegula.catalogue.CatalogueRows;
import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.envelope.Scope;
import dev.tegula.envelope.TenantId;
import dev.tegula.failure.TegulaException;
import dev.tegula.jdbc.CatalogueStore;
import dev.tegula.jdbc.Transactions;
import dev.tegula.operations.document.Counts;
import dev.tegula.operations.reencrypt.Finding;
import dev.tegula.operations.rotation.OrphanedJobs;
import dev.tegula.registry.KeyRegistry;
import dev.tegula.registry.RegistrySeal;
import java.util.ArrayList;
import java.util.List;

/** Checks the catalogue against the tables and against the keys. */
final class CatalogueChecks {

    private final CheckList checks;
    private final CatalogueStore store;
    private final OrphanedJobs jobs;
    private final KeyRegistry registry;
    private final RegistrySeal seal;

    CatalogueChecks(CheckList checks, Transactions transactions, KeyRegistry registry, RegistrySeal seal) {
        this.checks = checks;
        this.store = new CatalogueStore(transactions, seal);
        this.jobs = new OrphanedJobs(transactions);
        this.registry = registry;
        this.seal = seal;
    }

    /** Returns the columns that the tables have as the catalogue says. */
    List<EncryptedColumn> run() {
        List<EncryptedColumn> columns = new ArrayList<>();
        checks.check("catalogue", () -> {
            CatalogueRows rows = store.rows();
            columns.addAll(rows.columns());
            rows.verified();
            if (columns.isEmpty()) {
                throw new CheckList.Note(
                        "empty: start the application once, or tegula fields add FIELD COLUMN --type TYPE");
            }
            return Counts.of(columns.size(), "column");
        });
        jobs(columns);
        return columns.stream()
                .filter(column -> checks.check(column.label(), () -> column(column)))
                .toList();
    }

    /** What a rotation refuses. */
    private void jobs(List<EncryptedColumn> columns) {
        List<Finding> orphaned;
        try {
            orphaned = jobs.all(columns);
        } catch (TegulaException unknown) {
            return;
        }
        orphaned.forEach(job -> checks.check("job of " + job.place(), () -> {
            throw CheckList.wrong(job.message());
        }));
    }

    private String column(EncryptedColumn column) {
        store.misfits(List.of(column)).stream().findFirst().ifPresent(misfit -> {
            throw CheckList.wrong(misfit.why() + misfit.cure());
        });
        return key(column);
    }

    private String key(EncryptedColumn column) {
        if (column.perTenant()) {
            return column.field() + ", a key for each tenant";
        }
        Scope scope = Scope.data(column.field(), TenantId.none());
        return registry.active(scope)
                .map(seal::verify)
                .map(row -> column.field() + ", writing under " + row.label())
                .orElseThrow(() -> CheckList.wrong(
                        column.field() + " has no ACTIVE key. `tegula keys create " + column.field() + " --activate`"));
    }
}
