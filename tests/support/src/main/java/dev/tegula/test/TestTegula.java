package dev.tegula.test;

import dev.tegula.Tegula;
import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.envelope.FieldId;
import dev.tegula.envelope.KeyId;
import dev.tegula.envelope.Purpose;
import dev.tegula.envelope.Scope;
import dev.tegula.kms.Keks;
import dev.tegula.registry.InMemoryKeyRegistry;
import dev.tegula.registry.KeyLifecycle;
import dev.tegula.registry.KeyRow;
import dev.tegula.registry.KeyState;
import dev.tegula.registry.KeyUses;
import dev.tegula.registry.KeyWrapping;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import javax.sql.DataSource;

/**
 * An engine for the tests of an application: random keys and a registry in memory, made on demand; the same format, the
 * same guards and the same failures as in production. It is itself what the property {@code tegula.engine} of Hibernate
 * takes. Thread-safe; closing it forgets the keys, and with them everything that was encrypted.
 */
public final class TestTegula implements Supplier<Tegula>, AutoCloseable {

    private static final String DEPLOYMENT = "test";
    private static final String ALIAS = "memory";

    /** Keys are replaced here, never retired. */
    private static final KeyUses NO_CENSUS = row -> new KeyUses.Uses(new TreeMap<>(), List.of(), false);

    private final MemoryKms kms;
    private final MemoryCatalogue catalogue;
    private final Tegula engine;

    private TestTegula(MemoryKms kms, MemoryCatalogue catalogue) {
        this.kms = kms;
        this.catalogue = catalogue;
        InMemoryKeyRegistry registry = new InMemoryKeyRegistry();
        Keks.Binding kek = new Keks.Binding(kms.kek("primary"), List.of("*"), true);
        KeyId pin = KeyLifecycle.initialise(
                registry, new KeyWrapping(DEPLOYMENT, Keks.of(Map.of(ALIAS, kek))), ALIAS, InstantSource.system());
        this.engine = Tegula.builder(DEPLOYMENT)
                .kek(ALIAS, kms, kek)
                .registry(registry, pin.hex())
                .catalogue(catalogue)
                .createKeysOnDemand()
                .build();
        kms.onChange(engine.keyring()::forget);
    }

    /** A new engine with keys of its own. */
    public static TestTegula create() {
        return new TestTegula(MemoryKms.create(), new MemoryCatalogue());
    }

    /** The engine; always the same. */
    @Override
    public Tegula get() {
        return engine;
    }

    /**
     * The KMS, to see what the application does when it denies, is down or slow. What is told to it shows at the next use
     * of every key, as it does in production once the cached keys have run out.
     */
    public MemoryKms kms() {
        return kms;
    }

    /**
     * Gives a field a new key, which new values are written under, for each tenant that has one. Old values stay readable;
     * they are not re-encrypted.
     *
     * @throws IllegalStateException if the field has no key yet, because nothing was written
     */
    public void rotate(String field) {
        FieldId id = FieldId.of(field);
        List<Scope> scopes = engine.registry().all().stream()
                .filter(row -> row.state() == KeyState.ACTIVE)
                .map(KeyRow::scope)
                .filter(scope -> scope.field().equals(id) && scope.purpose() == Purpose.DATA)
                .toList();
        if (scopes.isEmpty()) {
            throw new IllegalStateException(
                    field + " has no key yet, so there is nothing to rotate: write a value of it first");
        }
        KeyLifecycle lifecycle = engine.lifecycle(NO_CENSUS);
        for (Scope scope : scopes) {
            KeyRow next = lifecycle.create(scope, ALIAS);
            lifecycle.backup(List.of(next.keyId()), rows -> {});
            lifecycle.activate(next.keyId());
        }
        engine.keyring().dropLeases();
    }

    /**
     * Looks for a value in every column of every table: as text, as bytes (UTF-8, UTF-16), in hexadecimal and in base64.
     * It sees what is committed. Views, and tables of the database itself, are left out.
     *
     * @param value at least four characters, so that it is not found by chance
     * @throws AssertionError if it is found, naming table and column; also if no table of the application has a row,
     *     because nothing would be shown then
     */
    public static void assertNotStored(DataSource database, String value) {
        new StoredText(value).assertAbsent(database);
    }

    /**
     * Compares the encrypted columns with a file, which is written if it is not there yet; review it and commit it. It is
     * the document that {@code tegula fields import} takes.
     *
     * @param columns what the mapping says, for Hibernate {@code TegulaCatalogue.of(entityManagerFactory)}
     * @throws AssertionError if they differ, naming the columns; also if the file is missing and the environment variable
     *     {@code CI} is true, because it would be lost there
     */
    public static void assertCatalogue(Path file, List<EncryptedColumn> columns) {
        new CatalogueDocument(columns).assertSameAs(file, "true".equals(System.getenv("CI")));
    }

    /** Writes the file that {@link #assertCatalogue(Path, List)} compares with, over one that is there. */
    public static void writeCatalogue(Path file, List<EncryptedColumn> columns) {
        new CatalogueDocument(columns).write(file);
    }

    /**
     * Compares the columns that were published to this engine, which Hibernate does when it encrypts or decrypts its
     * first value; see {@link #assertCatalogue(Path, List)}.
     *
     * @throws AssertionError if they differ, or if nothing was published yet
     */
    public void assertCatalogue(Path file) {
        if (catalogue.columns().isEmpty()) {
            throw new AssertionError("No mapping has published its encrypted columns to this TestTegula yet: use it as"
                    + " tegula.engine and write one value, or pass the columns.");
        }
        assertCatalogue(file, catalogue.columns());
    }

    @Override
    public void close() {
        engine.close();
    }

    @Override
    public String toString() {
        return "TestTegula[keys in memory]";
    }
}
