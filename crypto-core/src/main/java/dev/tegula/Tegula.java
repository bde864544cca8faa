package dev.tegula;

import dev.tegula.audit.AuditAuthor;
import dev.tegula.blindindex.IndexSpec;
import dev.tegula.blindindex.TokenSpec;
import dev.tegula.catalogue.Catalogue;
import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.catalogue.IndexColumn;
import dev.tegula.catalogue.Misfit;
import dev.tegula.envelope.Scope;
import dev.tegula.envelope.TenantId;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.jdbc.AuditTrail;
import dev.tegula.jdbc.HourlyHeads;
import dev.tegula.jdbc.SqlFailures;
import dev.tegula.jdbc.Transactions;
import dev.tegula.keyring.Keyring;
import dev.tegula.keyring.KeyringHealth;
import dev.tegula.kms.Keks;
import dev.tegula.kms.Kms;
import dev.tegula.registry.KeyLifecycle;
import dev.tegula.registry.KeyRegistry;
import dev.tegula.registry.KeyUses;
import dev.tegula.registry.KeyWrapping;
import dev.tegula.registry.RegistrySeal;
import dev.tegula.secret.SecretStore;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The engine: holds the configured KEKs, the key registry and the opened keys of one deployment. Build one for each
 * process with {@link #builder}; it is thread-safe. Closing it waits for calls in flight, refuses every later one, forgets
 * the keys and closes the KMS connections it was given.
 */
public final class Tegula implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Tegula.class);

    private final String deployment;
    private final List<Kms> services;
    private final Keks keks;
    private final KeyRegistry registry;
    private final KeyWrapping wrapping;
    private final RegistrySeal seal;
    private final Keyring keyring;
    private final @Nullable Catalogue catalogue;
    private final @Nullable SecretStore secrets;
    private final AuditTrail audit;
    private final @Nullable HourlyHeads heads;
    private final Misfits misfits = new Misfits();

    Tegula(
            String deployment,
            List<Kms> services,
            Keks keks,
            KeyRegistry registry,
            KeyWrapping wrapping,
            RegistrySeal seal,
            Keyring keyring,
            @Nullable Catalogue catalogue,
            @Nullable SecretStore secrets,
            AuditAuthor author,
            @Nullable Transactions database) {
        this.deployment = deployment;
        this.services = List.copyOf(services);
        this.keks = keks;
        this.registry = registry;
        this.wrapping = wrapping;
        this.seal = seal;
        this.keyring = keyring;
        this.catalogue = catalogue;
        this.secrets = secrets;
        this.audit = new AuditTrail(seal, author);
        // A command says itself where the trail ends, and is over before the hour is.
        this.heads = database == null || author.command() ? null : HourlyHeads.start(database, audit);
    }

    /**
     * Starts to build an engine.
     *
     * @param deployment name of the deployment; part of the context of every wrapped key, so it can never change
     */
    public static TegulaBuilder builder(String deployment) {
        return new TegulaBuilder(deployment);
    }

    /** The cipher of a field. Cheap, but worth keeping. */
    public <T> FieldCipher<T> field(FieldSpec<T> spec) {
        return new FieldCipher<>(spec, keyring, misfits);
    }

    /**
     * The cipher of a field with one key for all tenants, nulls in clear and no padding.
     *
     * @throws dev.tegula.failure.ConfigurationException for a type without a codec
     * @throws dev.tegula.failure.MalformedException for a name that is no field id
     */
    public <T> FieldCipher<T> field(String field, Class<T> type) {
        return field(FieldSpec.of(field, type));
    }

    /** A blind index. Cheap, but worth keeping. Its keys are those of purpose INDEX of its field. */
    public <T> FieldIndex<T> blindIndex(IndexSpec<T> spec) {
        return new FieldIndex<>(spec, keyring);
    }

    /**
     * The blind index of a field's values as they are, over all tenants and in full length.
     *
     * @throws dev.tegula.failure.ConfigurationException for a type without an index
     * @throws dev.tegula.failure.MalformedException for a name that is no field id
     */
    public <T> FieldIndex<T> blindIndex(String field, Class<T> type) {
        return blindIndex(IndexSpec.of(field, type));
    }

    /** The blind tokens of a column. Cheap, but worth keeping. Their keys are those of purpose INDEX of its field. */
    public FieldTokens blindTokens(TokenSpec spec) {
        return new FieldTokens(spec, keyring);
    }

    /**
     * Whether a failed write was refused by a fence, because this process still wrote under a key that was retired
     * meanwhile. If so the write leases are dropped: run the transaction again and it is written under the new key.
     */
    public boolean fenced(Throwable failure) {
        for (Throwable t = failure; t != null; t = t.getCause()) {
            if (t instanceof SQLException e && SqlFailures.fenced(e)) {
                LOG.info("A write under a retired key was refused by its fence; the write leases were dropped.");
                keyring.dropLeases();
                return true;
            }
        }
        return false;
    }

    /**
     * Publishes the columns of a mapping; each start may do it again. A column whose type in the database holds no envelope
     * is published too, but from then on this engine encrypts no value of its field and says why; reading goes on.
     * Publishing it again, after the column was mended, lifts that.
     *
     * @throws ConfigurationException if the engine has no catalogue; otherwise as {@link Catalogue#publish}
     */
    public void publish(List<EncryptedColumn> columns) {
        Catalogue place = requireCatalogue();
        compare(place, columns);
        place.publish(columns);
        openAhead(columns);
    }

    /**
     * Publishes columns that no mapping knows, for an application without JPA; each start may do it again. They are compared
     * with their tables first; a column of a wrong type refuses writes, and throws nothing here, as in
     * {@link #publish(List)}.
     *
     * @throws ConfigurationException if the engine has no catalogue; if a table, its column or a column of its key is not
     *     there; otherwise as {@link Catalogue#publish}
     */
    public void publish(EncryptedColumn... columns) {
        Catalogue place = requireCatalogue();
        List<EncryptedColumn> all = List.of(columns);
        compare(place, all).stream()
                .filter(misfit -> !misfit.kind().losesValues())
                .findFirst()
                .ifPresent(misfit -> {
                    throw new ConfigurationException(misfit.column().field() + " in "
                            + misfit.column().label() + ": " + misfit.why() + " Nothing was published.");
                });
        place.publish(all);
        openAhead(all);
    }

    /**
     * Publishes the blind indexes of a mapping, or of an application without one, so that the command line fills and compares
     * them; each start may do it again. The columns of their values are published first.
     *
     * @throws ConfigurationException if the engine has no catalogue; otherwise as {@link Catalogue#publishIndexes}
     */
    public void publishIndexes(List<IndexColumn> indexes) {
        requireCatalogue().publishIndexes(indexes);
    }

    /**
     * Opens the keys of these scopes, hundreds at once, before their first values: after a start, or before many tenants come at
     * once. Where keys are made on demand, those that are missing are made, hundreds in one transaction. More keys
     * than are kept open are not opened.
     *
     * @throws dev.tegula.failure.KeyUnknownException if a scope has no key, and none is made on demand; the others are open
     * @throws dev.tegula.failure.TegulaException if registry or KMS fail; those that did not are open
     * @throws IllegalStateException if the engine was closed
     */
    public void prepare(Collection<Scope> scopes) {
        keyring.prepare(List.copyOf(scopes));
    }

    /** The keys that the first writes will want; whose tenants are known only then, are opened then. */
    private void openAhead(List<EncryptedColumn> columns) {
        keyring.openAhead(columns.stream()
                .filter(column -> column.tenantColumn().isEmpty())
                .map(column -> Scope.data(column.field(), TenantId.none()))
                .distinct()
                .toList());
    }

    private List<Misfit> compare(Catalogue place, List<EncryptedColumn> columns) {
        List<Misfit> found = place.misfits(columns);
        List<Misfit> unfit =
                found.stream().filter(misfit -> misfit.kind().losesValues()).toList();
        misfits.replace(columns, unfit);
        unfit.forEach(misfit -> LOG.error(
                "{}: {} Until then no value of {} is encrypted.",
                misfit.column().label(),
                misfit.why(),
                misfit.column().field()));
        return found;
    }

    private Catalogue requireCatalogue() {
        return catalogue()
                .orElseThrow(() -> new ConfigurationException(
                        "This engine was built without a catalogue, so nothing can be published."
                                + " Give the builder the DataSource of the registry's database."));
    }

    /** The catalogue of encrypted columns; empty for an engine without a database. */
    public Optional<Catalogue> catalogue() {
        return Optional.ofNullable(catalogue);
    }

    /**
     * The secrets of this deployment.
     *
     * @throws ConfigurationException if the engine has no database
     */
    public SecretStore secrets() {
        if (secrets == null) {
            throw new ConfigurationException("This engine was built without a database, so it has no secrets."
                    + " Give the builder the DataSource of the registry's database.");
        }
        return secrets;
    }

    /** The audit trail of this deployment, for what the application does. Entries that name no actor carry that of this engine. */
    public AuditTrail audit() {
        return audit;
    }

    /** The changes of keys; {@code uses} says what still needs one. */
    public KeyLifecycle lifecycle(KeyUses uses) {
        return new KeyLifecycle(registry, seal, wrapping, uses, registry.clock());
    }

    /** The name of the deployment. */
    public String deployment() {
        return deployment;
    }

    /** The configured KEKs. */
    public Keks keks() {
        return keks;
    }

    /** The key registry, as it is stored. */
    public KeyRegistry registry() {
        return registry;
    }

    /** Verifies rows of the registry. */
    public RegistrySeal seal() {
        return seal;
    }

    /** The opened keys. */
    public Keyring keyring() {
        return keyring;
    }

    /** How the background work of the keyring is; for a health check. Asks neither KMS nor database. */
    public KeyringHealth health() {
        return keyring.health();
    }

    @Override
    public void close() {
        if (heads != null) {
            heads.close();
        }
        keyring.close();
        if (secrets != null) {
            secrets.closeCaches();
        }
        services.forEach(Kms::close);
    }
}
