package dev.tegula.operations.rotation;

import dev.tegula.Tegula;
import dev.tegula.blindindex.Normalizer;
import dev.tegula.catalogue.Catalogue;
import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.envelope.FieldId;
import dev.tegula.jdbc.Transactions;
import dev.tegula.operations.index.CatalogueIndexes;
import dev.tegula.operations.reencrypt.Finding;
import dev.tegula.operations.reencrypt.IndexBackfill;
import dev.tegula.operations.reencrypt.Preflight;
import dev.tegula.operations.reencrypt.RunControl;
import dev.tegula.operations.reencrypt.Teller;
import dev.tegula.registry.KeyRow;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import javax.sql.DataSource;

/**
 * Replaces the key of all blind indexes and blind tokens of a field over all tenants while applications run: at every moment
 * look-ups find every row and UNIQUE holds. What is done is in the database, so a run that was stopped, or killed, is resumed by
 * running it again. Thread-safe.
 */
public final class IndexRotation {

    private final Tegula tegula;
    private final DataSource source;
    private final List<Normalizer<?>> foreign;
    private final Transactions transactions;
    private final IndexRotationRun.Services services;

    /**
     * Of one database.
     *
     * @param source gives connections as the owner of the tables, to the primary
     * @param backup stores the row of the new key
     * @param foreign normalisers that are not Tegula's
     */
    public IndexRotation(
            Tegula tegula,
            DataSource source,
            Consumer<List<KeyRow>> backup,
            RotationSettings settings,
            List<Normalizer<?>> foreign) {
        this.tegula = tegula;
        this.source = source;
        this.foreign = List.copyOf(foreign);
        this.transactions = new Transactions(source);
        Census census = new Census(tegula, source, settings.writeLimit());
        this.services = new IndexRotationRun.Services(
                tegula,
                source,
                backup,
                settings,
                census,
                tegula.lifecycle(census),
                new IndexBackfill(source, settings.sweep(), Teller.of(tegula)));
    }

    /**
     * What a run would do; changes nothing.
     *
     * @throws dev.tegula.failure.IntegrityException if a row of the catalogue of indexes does not verify
     * @throws dev.tegula.failure.ConfigurationException if the catalogue has no index of the field, or one has no next column that is
     *     as it should be
     * @throws dev.tegula.failure.KeyUnknownException if no key of the indexes is ACTIVE
     * @throws dev.tegula.failure.RefusedException code {@code index-rotation}, if all its indexes have a key for each tenant
     */
    public IndexRotationPlan plan(FieldId field) {
        Catalogue catalogue = Census.catalogue(tegula);
        List<EncryptedColumn> columns = catalogue.columns();
        return IndexRotationPlan.of(
                field,
                catalogue.indexes(),
                columns,
                new CatalogueIndexes(tegula, columns, foreign),
                services.lifecycle().list(),
                transactions);
    }

    /** What speaks against changing rows of the tables. */
    public List<Finding> findings(IndexRotationPlan plan) {
        return new Preflight(source)
                .look(plan.sources().values().stream()
                        .flatMap(index -> index.values().stream())
                        .distinct()
                        .toList())
                .findings();
    }

    /**
     * Runs it, or goes on with one that was begun.
     *
     * @param accepted findings that do not matter
     * @throws dev.tegula.failure.TegulaException as {@link #plan}, {@link Preflight.Found#require}, and if database, registry or
     *     KMS fail; run it again then
     */
    public IndexRotationReport run(
            FieldId field, Set<Finding.Kind> accepted, IndexRotationListener listener, RunControl control) {
        IndexRotationPlan plan = plan(field);
        new Preflight(source)
                .look(plan.sources().values().stream()
                        .flatMap(index -> index.values().stream())
                        .distinct()
                        .toList())
                .require(accepted);
        return new IndexRotationRun(services, plan, () -> plan(field), accepted, listener, control).run();
    }
}
