package dev.tegula;

import static java.util.Objects.requireNonNull;

import dev.tegula.cipher.EnvelopeCipher;
import dev.tegula.envelope.EnvelopeHead;
import dev.tegula.envelope.FieldId;
import dev.tegula.envelope.Scope;
import dev.tegula.envelope.TenantId;
import dev.tegula.failure.CannotOpenException;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.MalformedException;
import dev.tegula.failure.ValueException;
import dev.tegula.keyring.Keyring;
import dev.tegula.value.Inner;
import org.jspecify.annotations.Nullable;

/**
 * Encrypts and decrypts the values of one field; needs no JPA. Thread-safe. Every value is encrypted again and looked at
 * by nothing: a value that looks like an envelope is encrypted like any other.
 *
 * @param <T> the Java type of the values
 */
public final class FieldCipher<T> {

    private final FieldSpec<T> spec;
    private final Keyring keyring;
    private final Scope withoutTenant;
    private final Misfits misfits;
    private final boolean readsInPlace;

    FieldCipher(FieldSpec<T> spec, Keyring keyring, Misfits misfits) {
        this.spec = spec;
        this.keyring = keyring;
        this.misfits = misfits;
        this.withoutTenant = Scope.data(spec.field(), TenantId.none());
        this.readsInPlace = Inner.keepsNothing(spec.codec());
    }

    /** How the field is encrypted. */
    public FieldSpec<T> spec() {
        return spec;
    }

    /**
     * Encrypts a value under the ACTIVE key; null stays null unless nulls are sealed.
     *
     * @throws MalformedException if the context has no tenant and the field needs one, or the other way round; if text
     *     holds an unpaired surrogate
     * @throws ValueException if the codec of the field fails on the value, or could not read it back
     * @throws ConfigurationException if a column of the field was published whose type holds no envelope
     * @throws dev.tegula.failure.KeyUnknownException if the field, or the tenant, has no key yet
     * @throws dev.tegula.failure.TegulaException if registry or KMS fail; nothing is ever returned in clear
     * @throws IllegalStateException if the engine was closed
     */
    public byte @Nullable [] encrypt(@Nullable T value, Context context) {
        requireNonNull(context, "context: give Context.noTenant() for a field without a tenant");
        keyring.beginCall();
        boolean counts = false;
        try {
            byte[] envelope = encryptInCall(value, context);
            counts = envelope != null;
            return envelope;
        } catch (RuntimeException e) {
            keyring.counts().addFailure(e);
            throw e;
        } finally {
            if (counts) {
                keyring.endEncrypted();
            } else {
                keyring.endCall();
            }
        }
    }

    private byte @Nullable [] encryptInCall(@Nullable T value, Context context) {
        Scope scope = scope(context);
        if (value == null && !spec.sealNulls()) {
            return null;
        }
        String why = misfits.of(spec.field());
        if (why != null) {
            throw new ConfigurationException(spec.field() + ": nothing was encrypted. " + why);
        }
        byte[] envelope = encode(value);
        long now = keyring.now();
        keyring.writer(scope, now).encryptInPlace(spec.mode(), context.rowId(), envelope, now);
        return envelope;
    }

    /**
     * Decrypts an envelope; null is null unless nulls are sealed.
     *
     * @throws MalformedException if it is no envelope of a mode and suite that the field accepts; for the tenant as above
     * @throws dev.tegula.failure.KeyUnknownException if the registry does not have its key
     * @throws CannotOpenException if it was changed, or belongs to another field, tenant or row; or is null although the
     *     field seals nulls
     * @throws ValueException if its type cannot be read as {@code T}
     * @throws dev.tegula.failure.TegulaException if registry or KMS fail
     * @throws IllegalStateException if the engine was closed
     */
    public @Nullable T decrypt(byte @Nullable [] envelope, Context context) {
        requireNonNull(context, "context: give Context.noTenant() for a field without a tenant");
        keyring.beginCall();
        boolean counts = false;
        try {
            T value = open(envelope, context);
            counts = envelope != null;
            return value;
        } catch (RuntimeException e) {
            keyring.counts().addFailure(e);
            throw e;
        } finally {
            if (counts) {
                keyring.endDecrypted();
            } else {
                keyring.endCall();
            }
        }
    }

    private @Nullable T open(byte @Nullable [] envelope, Context context) {
        Scope scope = scope(context);
        if (envelope == null) {
            if (spec.sealNulls()) {
                throw new CannotOpenException(spec.field().value());
            }
            return null;
        }
        EnvelopeHead.require(spec.field().value(), spec.mode(), envelope);
        EnvelopeCipher cipher = keyring.reader(envelope, scope);
        try {
            if (readsInPlace) {
                return cipher.decrypt(spec.mode(), context.rowId(), envelope, this::decode);
            }
            return Inner.decode(spec.codec(), cipher.decrypt(spec.mode(), context.rowId(), envelope));
        } catch (ValueException e) {
            throw e.in(spec.field().value());
        }
    }

    /**
     * What goes into the column of a field without a tenant: {@link #encrypt} as a method reference, for bindings of jOOQ,
     * JDBI, MyBatis and others that give a value and nothing else.
     *
     * @throws MalformedException if the field has a key for each tenant
     * @throws dev.tegula.failure.TegulaException as {@link #encrypt}
     */
    public byte @Nullable [] toColumn(@Nullable T value) {
        return encrypt(value, Context.noTenant());
    }

    /**
     * What came out of the column of a field without a tenant: {@link #decrypt} as a method reference.
     *
     * @throws MalformedException if the field has a key for each tenant
     * @throws dev.tegula.failure.TegulaException as {@link #decrypt}
     */
    public @Nullable T fromColumn(byte @Nullable [] envelope) {
        return decrypt(envelope, Context.noTenant());
    }

    /** The inner layout, with the room that an envelope takes around it. */
    private byte[] encode(@Nullable T value) {
        try {
            return Inner.encode(
                    spec.codec(), value, spec.padToBytes(), EnvelopeHead.INNER_OFFSET, EnvelopeHead.TAG_BYTES);
        } catch (ValueException e) {
            throw e.in(spec.field().value());
        } catch (MalformedException e) {
            throw new MalformedException(e.kind(), spec.field() + ": " + e.getMessage());
        }
    }

    private @Nullable T decode(byte[] inner, int length) {
        return Inner.decode(spec.codec(), inner, length);
    }

    private Scope scope(Context context) {
        TenantId tenant = context.tenantId();
        boolean named = !tenant.isNone();
        if (named == spec.perTenant()) {
            return named ? Scope.data(spec.field(), tenant) : withoutTenant;
        }
        FieldId field = spec.field();
        throw new MalformedException(
                MalformedException.Kind.TENANT,
                named
                        ? field
                                + " has one key for all tenants, but was given a tenant. Declare it per tenant, or give no tenant."
                        : field + " has a key for each tenant, but was given no tenant. Give the tenant in the Context."
                                + " Set the tenant (a CurrentTenantIdentifierResolver, or Context.tenant).");
    }
}
