package dev.tegula.secret;

import dev.tegula.cipher.EnvelopeCipher;
import dev.tegula.cipher.GcmCiphers;
import dev.tegula.cipher.RootKey;
import dev.tegula.envelope.FieldId;
import dev.tegula.envelope.KeyId;
import dev.tegula.envelope.Mode;
import dev.tegula.envelope.RowId;
import dev.tegula.envelope.Scope;
import dev.tegula.envelope.Suite;
import dev.tegula.envelope.TenantId;
import dev.tegula.failure.CannotOpenException;
import dev.tegula.failure.IntegrityException;
import dev.tegula.failure.MalformedException;
import dev.tegula.failure.RefusedException;
import dev.tegula.failure.ValueException;
import dev.tegula.kms.Kek;
import dev.tegula.kms.WrapContext;
import dev.tegula.kms.WrappedKey;
import dev.tegula.value.Inner;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;

/** The bytes of a snapshot: a header in clear, and the secrets under a key of their own that a KEK wraps. Immutable. */
public final class SnapshotFile {

    private static final Suite SUITE = Suite.XAES_256_GCM;
    private static final Scope SCOPE = Scope.data(FieldId.SNAPSHOT, TenantId.none());

    private final SnapshotHeader header;
    private final byte[] start;
    private final byte[] envelope;

    private SnapshotFile(SnapshotHeader header, byte[] start, byte[] envelope) {
        this.header = header;
        this.start = start;
        this.envelope = envelope;
    }

    /**
     * A snapshot of values; one call of the KMS.
     *
     * @param values of all secrets at and below the prefixes; the caller closes them
     */
    public static byte[] write(SnapshotTerms terms, List<SecretValue> values, Kek kek, SecureRandom random) {
        byte[] content = SnapshotContent.write(values);
        byte[] inner = new byte[0];
        try (RootKey root = RootKey.generate(random)) {
            KeyId id = root.keyId(SUITE, SCOPE);
            byte[] copy = root.copyForWrapping();
            WrappedKey wrapped;
            try {
                wrapped = kek.wrap(copy, WrapContext.of(terms.deployment(), SUITE, SCOPE, id));
            } finally {
                Arrays.fill(copy, (byte) 0);
            }
            byte[] start = new SnapshotHeader(terms, kek.provider(), id, wrapped).start();
            inner = Inner.encode(HeldValue.BYTES, content, 0);
            byte[] envelope = cipher(root, random).encrypt(Mode.ROW, RowId.copyOf(start), inner);
            byte[] file = Arrays.copyOf(start, start.length + envelope.length);
            System.arraycopy(envelope, 0, file, start.length, envelope.length);
            return file;
        } finally {
            Arrays.fill(content, (byte) 0);
            Arrays.fill(inner, (byte) 0);
        }
    }

    /**
     * Reads the form of a file; nothing of it is verified yet.
     *
     * @throws MalformedException kind INPUT, if it has another one
     */
    public static SnapshotFile parse(byte[] file) {
        int length = SnapshotHeader.startLength(file);
        byte[] start = Arrays.copyOf(file, length);
        return new SnapshotFile(SnapshotHeader.parse(start), start, Arrays.copyOfRange(file, length, file.length));
    }

    /** Whether a file begins as a snapshot does. */
    public static boolean begins(byte[] file) {
        return SnapshotHeader.begins(file);
    }

    /** What it says of itself, which only {@link #open} verifies. */
    public SnapshotTerms terms() {
        return header.terms();
    }

    /**
     * Opens it; one call of the KMS. Whether it is still good is for {@link SecretSnapshot#requireFresh} to say. The caller closes it.
     *
     * @param kek of the alias that the file names
     * @throws RefusedException code {@code snapshot}, if it is of another deployment
     * @throws IntegrityException if a byte of it is another one, or the KEK is not that which wrapped its key
     */
    public SecretSnapshot open(String deployment, Kek kek, SecureRandom random) {
        if (!terms().deployment().equals(deployment)) {
            throw new RefusedException("snapshot", "The snapshot is of another deployment than " + deployment + ".");
        }
        try (RootKey root = RootKey.takeOwnership(
                kek.unwrap(header.wrapped(), WrapContext.of(deployment, SUITE, SCOPE, header.keyId())))) {
            if (!root.keyId(SUITE, SCOPE).equals(header.keyId())) {
                throw damaged();
            }
            byte[] inner = cipher(root, random).decrypt(Mode.ROW, RowId.copyOf(start), envelope);
            byte[] content = new byte[0];
            try {
                content = HeldValue.decoded(inner);
                return new SecretSnapshot(terms(), SnapshotContent.read(content, terms()));
            } finally {
                Arrays.fill(content, (byte) 0);
                Arrays.fill(inner, (byte) 0);
            }
        } catch (CannotOpenException | MalformedException | ValueException notOurs) {
            throw damaged();
        }
    }

    private static EnvelopeCipher cipher(RootKey root, SecureRandom random) {
        return EnvelopeCipher.of(root, SUITE, SCOPE, new GcmCiphers(random), random, System::nanoTime);
    }

    private IntegrityException damaged() {
        return new IntegrityException("The snapshot does not open under KEK `" + terms().kek()
                + "`: it was changed, or made elsewhere. tegula secrets snapshot makes another.");
    }
}
