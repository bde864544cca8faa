package dev.tegula.hibernate.engine;

import dev.tegula.FieldCipher;
import dev.tegula.FieldIndex;
import dev.tegula.FieldSpec;
import dev.tegula.FieldTokens;
import dev.tegula.Tegula;
import dev.tegula.audit.AuditEntry;
import dev.tegula.blindindex.IndexSpec;
import dev.tegula.blindindex.TokenSpec;
import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.catalogue.IndexColumn;
import dev.tegula.failure.ConfigurationException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.hibernate.boot.registry.classloading.spi.ClassLoaderService;
import org.hibernate.engine.spi.SessionFactoryImplementor;
import org.hibernate.service.Service;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The engine of one session factory: the property {@value #PROPERTY}, looked up at the first value and not at boot,
 * because ahead-of-time processing boots Hibernate without one. Thread-safe.
 */
public final class Engine implements Service {

    /** An instance of {@code Tegula}, a {@code Supplier<Tegula>}, or the class name of such a supplier. */
    public static final String PROPERTY = "tegula.engine";

    private static final Logger LOG = LoggerFactory.getLogger(Engine.class);
    private static final long serialVersionUID = 1L;

    private final transient SessionFactoryImplementor factory;
    private transient volatile @Nullable Supplier<List<EncryptedColumn>> columns;
    private transient volatile Supplier<List<IndexColumn>> indexes = List::of;
    private final transient Map<String, LongAdder> accepted = new ConcurrentHashMap<>();
    private transient volatile @Nullable Tegula tegula;
    private transient @Nullable Tegula candidate;
    private transient volatile boolean unpublished;

    Engine(SessionFactoryImplementor factory) {
        this.factory = factory;
    }

    /** The engine of a session factory. */
    public static Engine of(SessionFactoryImplementor factory) {
        return factory.getServiceRegistry().requireService(Engine.class);
    }

    /** Sets what {@link #columns} answers; called once, when the mapping is final and has encrypted attributes. */
    public void mapped(Supplier<List<EncryptedColumn>> mapped) {
        columns = mapped;
    }

    /** The encrypted columns of this session factory. */
    public List<EncryptedColumn> columns() {
        Supplier<List<EncryptedColumn>> mapped = columns;
        return mapped == null ? List.of() : mapped.get();
    }

    /** Sets what {@link #indexColumns} answers; called once, when the mapping is final. */
    public void indexed(Supplier<List<IndexColumn>> mapped) {
        indexes = mapped;
    }

    /** The columns with blind indexes of this session factory. */
    public List<IndexColumn> indexColumns() {
        return indexes.get();
    }

    /** Says that values of an attribute are read although they are bound to their field only; called when it is mapped. */
    public void accepts(String attribute) {
        accepted.put(attribute, new LongAdder());
        LOG.warn(
                "{} has accept = FIELD: until that is taken away, who can write to its table can swap such values between rows.",
                attribute);
    }

    /** Counts such a value. */
    public void countAccepted(String attribute) {
        accepted.computeIfAbsent(attribute, name -> new LongAdder()).increment();
    }

    /** How many such values were read, of each attribute that accepts them. */
    public Map<String, Long> accepted() {
        Map<String, Long> counts = new TreeMap<>();
        accepted.forEach((attribute, count) -> counts.put(attribute, count.sum()));
        return counts;
    }

    /** Whether anything is encrypted in this session factory. */
    public boolean encrypts() {
        return columns != null;
    }

    /**
     * A cipher of this session factory's engine. The first one publishes the catalogue and its blind indexes, if the engine has a place for it.
     *
     * @throws ConfigurationException without a usable {@value #PROPERTY}
     */
    public <T> FieldCipher<T> cipher(FieldSpec<T> spec) {
        return tegula().field(spec);
    }

    /**
     * Adds to the audit trail of this session factory's engine, in the transaction of the connection.
     *
     * @throws ConfigurationException without a usable {@value #PROPERTY}
     * @throws SQLException of the database, as it comes
     */
    public void append(Connection connection, AuditEntry entry) throws SQLException {
        tegula().audit().append(connection, entry);
    }

    /**
     * A blind index of this session factory's engine; publishes as {@link #cipher} does.
     *
     * @throws ConfigurationException without a usable {@value #PROPERTY}
     */
    public <T> FieldIndex<T> index(IndexSpec<T> spec) {
        return tegula().blindIndex(spec);
    }

    /**
     * Blind tokens of this session factory's engine; publishes as {@link #cipher} does.
     *
     * @throws ConfigurationException without a usable {@value #PROPERTY}
     */
    public FieldTokens tokens(TokenSpec spec) {
        return tegula().blindTokens(spec);
    }

    /**
     * Publishes before the first value that a converter handles, too. Called once, when the mapping is final.
     *
     * @param entities for each entity with a converter what looks at its converters before each value, and throws if one
     *     encrypts by another engine than this
     */
    public void converted(Map<String, Consumer<Tegula>> entities) {
        ConvertedValues.watch(factory, this, entities);
    }

    /** Publishes if that was not done yet, and checks. A converter has an engine of its own and works without the property. */
    void beforeConverter(Consumer<Tegula> check) {
        if (unpublished) {
            return;
        }
        if (factory.getProperties().get(PROPERTY) == null) {
            unpublished = true;
            LOG.warn(
                    "The property {} is not set, so nothing publishes the columns of this mapping's converters: they"
                            + " cannot be rotated, and are not known to be bytea. Set it to the Tegula that the converters"
                            + " use.",
                    PROPERTY);
            return;
        }
        check.accept(tegula());
    }

    private Tegula tegula() {
        Tegula found = tegula;
        if (found == null) {
            synchronized (this) {
                found = tegula;
                if (found == null) {
                    // Kept before it is published: a publication that fails is tried again with the same engine.
                    found = candidate == null ? find(factory.getProperties().get(PROPERTY)) : candidate;
                    candidate = found;
                    publish(found);
                    tegula = found;
                }
            }
        }
        return found;
    }

    private void publish(Tegula engine) {
        if (engine.catalogue().isPresent()) {
            engine.publish(columns());
            engine.publishIndexes(indexColumns());
        }
    }

    private Tegula find(@Nullable Object property) {
        if (property instanceof String name) {
            return find(instance(name));
        }
        if (property instanceof Supplier<?> supplier) {
            return find(supplier.get());
        }
        if (property instanceof Tegula instance) {
            return instance;
        }
        throw new ConfigurationException("The property " + PROPERTY
                + " must be a Tegula, a Supplier<Tegula>, or the class name of a Supplier<Tegula>, but is "
                + (property == null ? "not set." : "a " + property.getClass().getName() + "."));
    }

    private Supplier<?> instance(String name) {
        try {
            Class<?> type = factory.getServiceRegistry()
                    .requireService(ClassLoaderService.class)
                    .classForName(name);
            if (type.getDeclaredConstructor().newInstance() instanceof Supplier<?> supplier) {
                return supplier;
            }
        } catch (ReflectiveOperationException | RuntimeException e) {
            throw new ConfigurationException(
                    "The property " + PROPERTY + " names " + name
                            + ", which cannot be loaded or has no public constructor without parameters.",
                    e);
        }
        throw new ConfigurationException(
                "The property " + PROPERTY + " names " + name + ", which is no Supplier<Tegula>.");
    }
}
