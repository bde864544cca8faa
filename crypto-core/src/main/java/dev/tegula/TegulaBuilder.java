package dev.tegula;

import static java.util.Objects.requireNonNull;

import dev.tegula.audit.AuditAuthor;
import dev.tegula.catalogue.Catalogue;
import dev.tegula.envelope.FieldId;
import dev.tegula.envelope.KeyId;
import dev.tegula.envelope.Purpose;
import dev.tegula.envelope.Scope;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.KeyUnknownException;
import dev.tegula.jdbc.CatalogueStore;
import dev.tegula.jdbc.JdbcKeyRegistry;
import dev.tegula.jdbc.Transactions;
import dev.tegula.keyring.Keyring;
import dev.tegula.keyring.KeyringSettings;
import dev.tegula.keyring.MissingKeys;
import dev.tegula.kms.Keks;
import dev.tegula.kms.Kms;
import dev.tegula.registry.KeyLifecycle;
import dev.tegula.registry.KeyRegistry;
import dev.tegula.registry.KeyRow;
import dev.tegula.registry.KeyUses;
import dev.tegula.registry.KeyWrapping;
import dev.tegula.registry.RegistrySeal;
import dev.tegula.secret.SecretNamespaces;
import dev.tegula.secret.SecretStore;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Collects what an engine needs; {@link #build} checks it. Not thread-safe. */
public final class TegulaBuilder {

    private static final Logger LOG = LoggerFactory.getLogger(Tegula.class);

    /** Keys on demand are only ever made; whatever asks for a census here is a mistake. */
    private static final KeyUses NO_CENSUS = row -> {
        throw new IllegalStateException("A key made on demand is not retired here");
    };

    private final String deployment;
    private final Map<String, Keks.Binding> keks = new LinkedHashMap<>();
    private final Map<String, String> namespaces = new LinkedHashMap<>();
    private final List<Kms> services = new ArrayList<>();
    private @Nullable KeyRegistry registry;
    private @Nullable Function<RegistrySeal, Catalogue> catalogue;
    private @Nullable Transactions secrets;
    private final List<KeyId> pins = new ArrayList<>();
    private KeyringSettings settings = KeyringSettings.defaults();
    private String instanceName = "pid-" + ProcessHandle.current().pid();
    private boolean development;
    private boolean createOnDemand;

    TegulaBuilder(String deployment) {
        requireNonNull(deployment, "deployment: give a name that never changes, for example clinic-prod");
        if (deployment.isBlank()) {
            throw new ConfigurationException(
                    "The deployment needs a name that never changes, for example clinic-prod.");
        }
        this.deployment = deployment;
    }

    /**
     * Adds a KEK that may serve every field; the first one is the default. The engine closes the KMS.
     *
     * @param alias the name under which registry rows know it
     * @param key the KMS's own name of the key
     */
    public TegulaBuilder kek(String alias, Kms kms, String key) {
        requireNonNull(kms, "kms: give the KMS that holds the key");
        requireNonNull(key, "key: give the KMS's own name of the key");
        return kek(alias, kms, new Keks.Binding(kms.kek(key), List.of("*"), keks.isEmpty()));
    }

    /**
     * Adds a KEK with an allow-list of fields. The engine closes the KMS.
     *
     * @throws ConfigurationException if the alias is taken
     */
    public TegulaBuilder kek(String alias, Kms kms, Keks.Binding binding) {
        requireNonNull(alias, "alias: give the name under which registry rows know the KEK");
        requireNonNull(kms, "kms: give the KMS that holds the key");
        requireNonNull(binding, "binding: give the KEK and the fields that it may serve");
        if (keks.putIfAbsent(alias, binding) != null) {
            throw new ConfigurationException("KEK alias `" + alias + "` is configured twice.");
        }
        if (!services.contains(kms)) {
            services.add(kms);
        }
        return this;
    }

    /**
     * Keeps registry and catalogue in a database that has Tegula's schema. Not the pool that JPA uses: a cold key look-up
     * must not wait for a connection that waits for it.
     *
     * @param pins the id of the REGISTRY root as {@code tegula init} printed it; two while it is rotated
     */
    public TegulaBuilder registry(DataSource source, String... pins) {
        requireNonNull(source, "source: give the DataSource of the database that holds tegula_key");
        Transactions transactions = new Transactions(source);
        catalogue = seal -> new CatalogueStore(transactions, seal);
        secrets = transactions;
        return registry(new JdbcKeyRegistry(transactions), pins);
    }

    /**
     * Uses a registry of another kind.
     *
     * @param pins the id of the REGISTRY root as {@code tegula init} printed it; two while it is rotated
     */
    public TegulaBuilder registry(KeyRegistry source, String... pins) {
        this.registry = source;
        this.pins.clear();
        for (String pin : pins) {
            requireNonNull(pin, "pin: give the one that `tegula init` printed");
            this.pins.add(KeyId.ofHex(pin));
        }
        return this;
    }

    /** Where the encrypted columns are noted; none if not set. */
    public TegulaBuilder catalogue(Catalogue columns) {
        this.catalogue = seal -> columns;
        return this;
    }

    /** Where the encrypted columns are noted, if its rows are to be sealed like those of the registry. */
    public TegulaBuilder catalogue(Function<RegistrySeal, Catalogue> columns) {
        this.catalogue = columns;
        return this;
    }

    /**
     * Declares a namespace of secrets: names that begin with it and a slash. Its values are under a key of their own.
     *
     * @param namespace for example {@code app/prod}; none inside another
     * @param kek alias of the KEK that wraps its keys
     */
    public TegulaBuilder secrets(String namespace, String kek) {
        requireNonNull(namespace, "namespace: give the first segments of the names, for example app/prod");
        requireNonNull(kek, "kek: give the alias of a KEK");
        if (namespaces.putIfAbsent(namespace, kek) != null) {
            throw new ConfigurationException("Namespace `" + namespace + "` is declared twice.");
        }
        return this;
    }

    /** Where secrets are; {@link #registry(DataSource, String...)} says it too. */
    public TegulaBuilder secrets(Transactions database) {
        this.secrets = database;
        return this;
    }

    /** How long keys serve; {@link KeyringSettings#defaults()} if not set. */
    public TegulaBuilder settings(KeyringSettings chosen) {
        this.settings = requireNonNull(chosen, "chosen: give settings, or leave the call out for the defaults");
        return this;
    }

    /** How this process is called where instances are listed; its process id if not set. */
    public TegulaBuilder instanceName(String name) {
        this.instanceName = requireNonNull(name, "name: give one, or leave the call out for the process id");
        return this;
    }

    /** Makes a key when a scope without one is first written; else only an operator makes keys. */
    public TegulaBuilder createKeysOnDemand() {
        this.createOnDemand = true;
        return this;
    }

    /**
     * For development and tests: without a pin the registry's own root is trusted as found, or made; keys are made on
     * demand.
     */
    public TegulaBuilder development() {
        this.development = true;
        return createKeysOnDemand();
    }

    /**
     * Opens the registry and starts the keyring.
     *
     * @throws ConfigurationException if KEK, registry or pin are missing, or the registry's root is not the pinned one
     * @throws dev.tegula.failure.TegulaException if KMS or database fail
     */
    public Tegula build() {
        if (registry == null) {
            throw new ConfigurationException("No registry: give the builder the DataSource that holds tegula_key.");
        }
        requirePins();
        KeyRegistry rows = registry;
        SecretNamespaces declared = SecretNamespaces.of(namespaces.keySet());
        Keks allowed = Keks.of(keks, namespaces);
        KeyWrapping wrapping = new KeyWrapping(deployment, allowed);
        List<KeyId> trusted = pins.isEmpty() && development ? List.of(found(rows, wrapping, allowed)) : pins;
        RegistrySeal seal = RegistrySeal.open(rows, wrapping, trusted);
        Keyring keyring = new Keyring(
                rows,
                seal,
                wrapping,
                settings,
                createOnDemand ? creating(rows, seal, wrapping, allowed) : TegulaBuilder::refuse,
                instanceName,
                new SecureRandom(),
                System::nanoTime);
        Catalogue columns = catalogue == null ? null : catalogue.apply(seal);
        SecretStore store =
                secrets == null || columns == null ? null : new SecretStore(secrets, seal, keyring, columns, declared);
        AuditAuthor author = secrets == null ? AuditAuthor.application() : secrets.author();
        return new Tegula(
                deployment, services, allowed, rows, wrapping, seal, keyring, columns, store, author, secrets);
    }

    private void requirePins() {
        if (keks.isEmpty()) {
            throw new ConfigurationException("No KEK: call kek(alias, kms, key) with the key that wraps data keys.");
        }
        if (pins.isEmpty() && !development) {
            throw new ConfigurationException(
                    "No registry pin: call registry(source, pin) with the pin that `tegula init`"
                            + " printed. Without it a writer of the database could slip in keys of their own; only development()"
                            + " starts without.");
        }
    }

    private static KeyId found(KeyRegistry rows, KeyWrapping wrapping, Keks keks) {
        KeyId root = rows.active(Scope.REGISTRY)
                .map(KeyRow::keyId)
                .orElseGet(
                        () -> KeyLifecycle.initialise(rows, wrapping, keks.aliasFor(FieldId.REGISTRY), rows.clock()));
        LOG.warn("Development profile: the registry's root {} is trusted as found. Pin it in production.", root);
        return root;
    }

    private static MissingKeys creating(KeyRegistry rows, RegistrySeal seal, KeyWrapping wrapping, Keks keks) {
        return new KeysOnDemand(new KeyLifecycle(rows, seal, wrapping, NO_CENSUS, rows.clock()), keks);
    }

    private static KeyRow refuse(Scope scope) {
        scope.tenant().oddity().ifPresent(oddity -> {
            throw new KeyUnknownException(scope + " has no ACTIVE key and gets none: " + oddity
                    + ". Name tenants by ids, or trim and normalise them (NFC) before they come to Tegula.");
        });
        String tenant = scope.tenant().name().isPresent()
                ? " --tenant " + scope.tenant().argument()
                : "";
        String index = scope.purpose() == Purpose.INDEX ? " --index" : "";
        throw new KeyUnknownException(scope + " has no ACTIVE key. An operator makes one: `tegula keys create "
                + scope.field() + tenant + index + " --activate`.");
    }
}
