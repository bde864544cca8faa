package dev.tegula.jpa;

import dev.tegula.Context;
import dev.tegula.FieldCipher;
import dev.tegula.FieldSpec;
import dev.tegula.Tegula;
import dev.tegula.failure.ConfigurationException;
import jakarta.persistence.AttributeConverter;
import java.util.Arrays;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A converter that encrypts one field under any Jakarta Persistence provider. Extend it once for each field, name the
 * interface again, and use the class in {@code @Convert}; the column is {@code bytea} or {@code varbinary}:
 *
 * <pre>{@code
 * class PatientSsn extends EncryptedConverter<String> implements AttributeConverter<String, byte[]> {
 *     PatientSsn(Tegula tegula) { super(tegula, "patient.ssn", String.class); }
 * }
 * }</pre>
 *
 * <p>When a converter throws, as all do while the KMS denies, EclipseLink writes the attribute into its exception and its
 * log. There, give the attribute the type {@code Sensitive<T>}: {@code super(App::tegula, FieldSpec.sensitive("patient.ssn",
 * String.class))}. Not for OpenJPA, which stores some attributes without asking their converter.
 *
 * <p>Under Hibernate with {@code tegula-hibernate} the engine must be the one of the property {@code tegula.engine}.
 *
 * <p>Thread-safe. The engine is asked for at the first value, so a supplier may answer later than the provider starts.
 *
 * @param <T> the type of the attribute
 */
public abstract class EncryptedConverter<T> implements AttributeConverter<T, byte[]> {

    private final Supplier<Tegula> engine;
    private final FieldSpec<T> spec;
    private final @Nullable Supplier<Context> tenant;
    private final boolean underEclipseLink;
    private @Nullable Tegula found;
    private volatile @Nullable FieldCipher<T> cipher;

    /**
     * For a provider that injects the engine.
     *
     * @throws ConfigurationException for a type without a codec, or if the class does not name the interface
     * @throws dev.tegula.failure.MalformedException for a name that is no field id
     */
    protected EncryptedConverter(Tegula tegula, String field, Class<T> type) {
        this(() -> tegula, field, type);
    }

    /**
     * For a provider that injects nothing: the supplier finds the application's engine.
     *
     * @throws ConfigurationException for a type without a codec, or if the class does not name the interface
     * @throws dev.tegula.failure.MalformedException for a name that is no field id
     */
    protected EncryptedConverter(Supplier<Tegula> engine, String field, Class<T> type) {
        this(engine, FieldSpec.of(field, type));
    }

    /**
     * For sealed nulls, padding, or a codec of your own.
     *
     * @throws ConfigurationException if the field is per tenant, or if the class does not name the interface
     */
    protected EncryptedConverter(Supplier<Tegula> engine, FieldSpec<T> spec) {
        this(engine, spec, null);
        if (spec.perTenant()) {
            throw new ConfigurationException(spec.field()
                    + " has a key for each tenant: give the converter a supplier of the tenant's Context.");
        }
    }

    /**
     * For sealed nulls, padding, a {@link FieldSpec#sensitive sensitive} attribute or a codec of your own, with an engine
     * that is injected.
     *
     * @throws ConfigurationException if the field is per tenant, or if the class does not name the interface
     */
    protected EncryptedConverter(Tegula tegula, FieldSpec<T> spec) {
        this(() -> tegula, spec);
    }

    /**
     * For a field with a key for each tenant.
     *
     * @param tenant answers the tenant of the calling thread; never "no tenant"
     * @throws ConfigurationException if the class does not name the interface
     */
    protected EncryptedConverter(Supplier<Tegula> engine, FieldSpec<T> spec, @Nullable Supplier<Context> tenant) {
        if (!Arrays.asList(getClass().getInterfaces()).contains(AttributeConverter.class)) {
            throw new ConfigurationException(getClass().getName() + " must itself say `implements AttributeConverter<"
                    + spec.codec().javaType()
                    + ", byte[]>`: EclipseLink looks no further than the class it is given, and would store the value"
                    + " as it is.");
        }
        Providers.refuseUnsupported(getClass());
        this.underEclipseLink = Providers.isEclipseLink();
        this.engine = engine;
        this.spec = spec;
        this.tenant = tenant;
    }

    /** How the field is encrypted. */
    public final FieldSpec<T> spec() {
        return spec;
    }

    /**
     * The engine by which it encrypts, asked for once.
     *
     * @throws ConfigurationException if its supplier gives none yet
     */
    public final synchronized Tegula tegula() {
        Tegula known = found;
        if (known == null) {
            known = engine.get();
            if (known == null) {
                throw new ConfigurationException(getClass().getName() + ": its supplier gives no Tegula yet.");
            }
            found = known;
        }
        return known;
    }

    /**
     * The envelope of a value; null stays null unless nulls are sealed.
     *
     * @throws ConfigurationException under EclipseLink, for what a query compares, and for an identifier, the key of a map, an element of
     *     a collection or what an association refers to, by which it would not find rows again
     * @throws dev.tegula.failure.TegulaException whatever stops it; nothing is ever returned in clear
     */
    @Override
    public final byte @Nullable [] convertToDatabaseColumn(@Nullable T value) {
        if (underEclipseLink) {
            Providers.refuseWhatCompares(getClass());
        }
        return cipher().encrypt(value, context());
    }

    /**
     * The value of an envelope.
     *
     * @throws dev.tegula.failure.TegulaException if it does not open, or whatever else stops it
     */
    @Override
    public final @Nullable T convertToEntityAttribute(byte @Nullable [] envelope) {
        return envelope == null ? null : cipher().decrypt(envelope, context());
    }

    private FieldCipher<T> cipher() {
        FieldCipher<T> current = cipher;
        if (current == null) {
            current = tegula().field(spec);
            cipher = current;
        }
        return current;
    }

    private Context context() {
        Supplier<Context> source = tenant;
        if (source == null) {
            return Context.noTenant();
        }
        Context context = source.get();
        if (context == null) {
            throw new ConfigurationException(
                    spec.field() + " has a key for each tenant, but its supplier gave no Context.");
        }
        return context;
    }
}
