package dev.tegula.operations.reencrypt;

import dev.tegula.Context;
import dev.tegula.FieldCipher;
import dev.tegula.FieldSpec;
import dev.tegula.Tegula;
import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.envelope.Mode;
import dev.tegula.failure.CannotOpenException;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.KeyUnknownException;
import dev.tegula.failure.MalformedException;
import dev.tegula.failure.ValueException;
import dev.tegula.jdbc.Identifiers;
import dev.tegula.jdbc.PlainText;
import dev.tegula.jdbc.TableName;
import dev.tegula.value.ValueCodec;
import dev.tegula.value.ValueCodecs;
import java.util.Optional;
import java.util.function.BiFunction;

/**
 * A column with values in clear, and that of the same table which is to hold them encrypted. Immutable and thread-safe.
 */
public final class PlainColumn {

    private final String name;
    private final EncryptedColumn encrypted;
    private final PlainText text;
    private final BiFunction<Object, Context, byte[]> encryption;
    private final BiFunction<byte[], Context, Object> decryption;

    private PlainColumn(
            String name,
            EncryptedColumn encrypted,
            PlainText text,
            BiFunction<Object, Context, byte[]> encryption,
            BiFunction<byte[], Context, Object> decryption) {
        this.name = name;
        this.encrypted = encrypted;
        this.text = text;
        this.encryption = encryption;
        this.decryption = decryption;
    }

    /**
     * One whose values have a type of Java that a column holds as such: text, bytes, booleans, numbers, UUIDs, dates and times.
     *
     * @param tegula gives the key
     * @param encrypted the column that is to hold the values
     * @param name the column of the same table that holds them in clear
     * @throws ConfigurationException for another type, and where only the application can encrypt: a column bound to its rows,
     *     with sealed nulls, or with a key for each tenant in a table that does not say whose a value is; and for the tenant
     *     column of the encrypted one
     */
    public static PlainColumn of(Tegula tegula, EncryptedColumn encrypted, String name) {
        String otherwise =
                "; nothing but the application can bring its values from one column to the other. See \"Your existing application\" in the documentation for a loop.";
        if (encrypted.mode() != Mode.FIELD) {
            throw new ConfigurationException(encrypted.label() + " is bound to its rows" + otherwise);
        }
        if (encrypted.sealNulls()) {
            throw new ConfigurationException(encrypted.label() + " has an envelope for each null" + otherwise);
        }
        if (encrypted.tenantUnknown()) {
            throw new ConfigurationException(encrypted.label()
                    + " has a key for each tenant, and its table does not say whose a value is" + otherwise);
        }
        if (encrypted.column().equals(name)) {
            throw new ConfigurationException(encrypted.label()
                    + " is the encrypted column itself. Name the column that holds the values in clear,"
                    + " another one of the same table.");
        }
        if (encrypted.tenantColumn().filter(name::equals).isPresent()) {
            throw new ConfigurationException(encrypted.label() + " has a key for each tenant, and " + name
                    + " says whose a value is: empty, it would leave values that nothing opens. Leave it in clear, or keep the"
                    + " tenant in another column of the table and have the catalogue name that.");
        }
        PlainText text = PlainText.of(encrypted.type())
                .orElseThrow(() -> new ConfigurationException(
                        encrypted.label() + " holds values of type " + encrypted.type() + otherwise));
        return of(
                tegula,
                encrypted,
                name,
                text,
                ValueCodecs.ofType(encrypted.type())
                        .orElseThrow(() -> new IllegalStateException("No codec of " + encrypted.type())));
    }

    @SuppressWarnings("unchecked")
    private static <T> PlainColumn of(
            Tegula tegula, EncryptedColumn encrypted, String name, PlainText text, ValueCodec<T> codec) {
        FieldSpec<T> spec = FieldSpec.of(encrypted.field().value(), codec);
        FieldCipher<T> cipher = tegula.field(encrypted.perTenant() ? spec.withKeyPerTenant() : spec);
        return new PlainColumn(
                name,
                encrypted,
                text,
                (value, context) -> cipher.encrypt((T) value, context),
                (envelope, context) -> cipher.decrypt(envelope, context));
    }

    /** The name of the column in clear. */
    public String name() {
        return name;
    }

    /** The column that is to hold its values. */
    public EncryptedColumn encrypted() {
        return encrypted;
    }

    /** The table of both. */
    public TableName table() {
        return TableName.of(encrypted);
    }

    PlainText text() {
        return text;
    }

    /** The value in clear, as a source of bytes. */
    ColumnFill.Source plainSource() {
        return new ColumnFill.Source(text.sql("t." + Identifiers.quote(name)), encrypted.tenantColumn());
    }

    /** The envelope. */
    ColumnFill.Source envelopeSource() {
        return ColumnFill.Source.of(encrypted.column(), encrypted.tenantColumn());
    }

    /** The envelope of a value in clear; none if it has no value in Java, or none that may be encrypted, or its tenant no key. */
    Computed encrypted(Cell plain, LostKeys lost) {
        String tenant = plain.tenant().orElse("");
        if (lost.isShredded(tenant)) {
            return Computed.none(Computed.Why.IN_CLEAR);
        }
        if (lost.isKeyless(tenant)) {
            return Computed.keyless(tenant);
        }
        try {
            return Computed.of(value(plain).map(value -> encryption.apply(value, context(plain))));
        } catch (MalformedException | ValueException e) {
            return Computed.none(Computed.Why.CLOSED);
        } catch (KeyUnknownException e) {
            if (!encrypted.perTenant()) {
                throw e; // of all rows
            }
            if (e.ofShreddedTenant()) {
                lost.shredded(tenant);
                return Computed.none(Computed.Why.IN_CLEAR);
            }
            lost.keyless(tenant);
            return Computed.keyless(tenant);
        }
    }

    /** Whether nothing opens an envelope any more, because its key was destroyed with its tenant. */
    boolean shredded(Cell envelope, LostKeys lost) {
        if (lost.isDestroyed(encrypted.field(), envelope)) {
            return true;
        }
        try {
            if (!envelope.tooLarge()) {
                var unused = decryption.apply(envelope.value(), context(envelope));
            }
            return false;
        } catch (KeyUnknownException e) {
            if (e.ofShreddedTenant()) {
                lost.destroyed(encrypted.field(), envelope);
            }
            return e.ofShreddedTenant();
        } catch (CannotOpenException | MalformedException | ValueException e) {
            return false;
        }
    }

    /** The value in clear; empty if Java has none. */
    Optional<Object> value(Cell plain) {
        return plain.tooLarge() ? Optional.empty() : text.parsed(plain.value());
    }

    /** The value of an envelope; empty if it does not open. */
    Optional<Object> opened(Cell envelope) {
        try {
            return envelope.tooLarge()
                    ? Optional.empty()
                    : Optional.ofNullable(decryption.apply(envelope.value(), context(envelope)));
        } catch (CannotOpenException | MalformedException | ValueException | KeyUnknownException e) {
            return Optional.empty();
        }
    }

    /** Why an envelope does not open, as a code; empty if it does. */
    Optional<String> refusal(Cell envelope) {
        if (envelope.tooLarge()) {
            return Optional.of(VerifyReport.TOO_LARGE);
        }
        try {
            var unused = decryption.apply(envelope.value(), context(envelope));
            return Optional.empty();
        } catch (CannotOpenException | MalformedException | ValueException | KeyUnknownException e) {
            return Optional.of(e.code());
        }
    }

    /**
     * The bytes of the value of an envelope for the column in clear; empty if it does not open, or has no place there.
     *
     * @param room as {@link ReleaseTarget#room} says
     */
    Optional<byte[]> returned(Cell envelope, int room) {
        return opened(envelope)
                .filter(value -> AdoptionReturn.fits(text, value, room))
                .map(text::written);
    }

    private Context context(Cell cell) {
        return encrypted.perTenant() ? Context.tenant(cell.tenant().orElse("")) : Context.noTenant();
    }
}
