package dev.tegula.operations.reencrypt;

import dev.tegula.Tegula;
import dev.tegula.audit.AuditEntry;
import dev.tegula.cipher.EnvelopeCipher;
import dev.tegula.envelope.KeyId;
import dev.tegula.envelope.Scope;
import dev.tegula.failure.RefusedException;
import dev.tegula.jdbc.Session;
import dev.tegula.keyring.Keyring;
import dev.tegula.registry.KeyRow;
import java.sql.SQLException;

/** Where ciphers come from, by explicit key id. */
@FunctionalInterface
public interface CipherSource {

    /** Code of the refusal of a target that is not, or no longer, the ACTIVE key: plan again. */
    String STALE = "job-stale";

    /**
     * The cipher of a key in its scope, to open with.
     *
     * @throws dev.tegula.failure.KeyUnknownException if the registry has no such key, or it was destroyed
     * @throws dev.tegula.failure.CannotOpenException if the key is of another scope
     * @throws dev.tegula.failure.UnavailableException if KMS or registry do not answer
     * @throws dev.tegula.failure.DeniedException if KMS or registry refuse
     */
    EnvelopeCipher cipher(KeyId keyId, Scope scope);

    /**
     * The cipher of a job's target, to encrypt with.
     *
     * @throws RefusedException code {@link #STALE}, if the target is not the key that values are written under
     */
    default EnvelopeCipher target(KeyId keyId, Scope scope) {
        return cipher(keyId, scope);
    }

    /**
     * The row itself, if this source knows how to verify it and it is genuine.
     *
     * @throws dev.tegula.failure.IntegrityException if it is not
     */
    default KeyRow verified(KeyRow row) {
        return row;
    }

    /**
     * Tells a step in the audit trail, in the transaction of that step; a source that has no trail tells nothing.
     *
     * @throws SQLException of the database, as it comes
     */
    default void tell(Session session, AuditEntry entry) throws SQLException {}

    /** The keys of an engine, whose audit trail is told the steps of jobs. */
    static CipherSource of(Tegula tegula) {
        CipherSource keys = of(tegula.keyring());
        return new CipherSource() {
            @Override
            public EnvelopeCipher cipher(KeyId keyId, Scope scope) {
                return keys.cipher(keyId, scope);
            }

            @Override
            public EnvelopeCipher target(KeyId keyId, Scope scope) {
                return keys.target(keyId, scope);
            }

            @Override
            public KeyRow verified(KeyRow row) {
                return keys.verified(row);
            }

            @Override
            public void tell(Session session, AuditEntry entry) throws SQLException {
                tegula.audit().tell(session, entry);
            }
        };
    }

    /**
     * The keys of a keyring. Rows of jobs carry no seal, so a target is believed only if the sealed registry says that
     * it is the ACTIVE key: anyone who writes to the database cannot have values moved to a key that leaked.
     */
    static CipherSource of(Keyring keyring) {
        return new CipherSource() {
            @Override
            public EnvelopeCipher cipher(KeyId keyId, Scope scope) {
                return keyring.reader(keyId, scope);
            }

            @Override
            public KeyRow verified(KeyRow row) {
                return keyring.verified(row);
            }

            @Override
            public EnvelopeCipher target(KeyId keyId, Scope scope) {
                EnvelopeCipher active = keyring.writer(scope);
                if (!active.keyId().equals(keyId)) {
                    keyring.dropLeases();
                    active = keyring.writer(scope);
                }
                if (!active.keyId().equals(keyId)) {
                    throw new RefusedException(
                            STALE,
                            scope + ": the job moves values to key " + keyId + ", but the ACTIVE key is "
                                    + active.keyId()
                                    + ". Another key was activated meanwhile, or the job's rows were edited. "
                                    + Planner.AGAIN);
                }
                return active;
            }
        };
    }
}
