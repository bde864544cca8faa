package dev.tegula.registry;

import dev.tegula.envelope.KeyId;
import dev.tegula.envelope.Scope;
import dev.tegula.failure.KeyUnknownException;
import java.util.List;
import java.util.Optional;

/** One change of the registry in which every row is verified when read and sealed anew, under a new rev, when written. */
final class SealedChange {

    private final RegistryChange change;
    private final RegistrySeal seal;

    SealedChange(RegistryChange change, RegistrySeal seal) {
        this.change = change;
        this.seal = seal;
    }

    Optional<KeyRow> find(KeyId keyId) {
        return change.find(keyId).map(seal::verify);
    }

    KeyRow get(KeyId keyId) {
        return find(keyId).orElseThrow(() -> unknown(keyId));
    }

    static KeyUnknownException unknown(KeyId keyId) {
        return new KeyUnknownException("The registry has no key " + keyId
                + "; see `tegula keys list`. After a restore `tegula keys import FILE` brings backed-up keys back.");
    }

    List<KeyRow> rows(Scope scope) {
        return change.rows(scope).stream().map(seal::verify).toList();
    }

    Optional<KeyRow> active(Scope scope) {
        return rows(scope).stream().filter(r -> r.state() == KeyState.ACTIVE).findFirst();
    }

    /** @throws dev.tegula.failure.MalformedException for the first key of a tenant that gets none */
    int nextVersion(Scope scope) {
        int newest = rows(scope).stream().mapToInt(KeyRow::version).max().orElse(0);
        if (newest == 0) {
            Rules.requirePlainTenant(scope);
        }
        return Math.addExact(1, newest);
    }

    KeyRow insert(KeyRow row) {
        KeyRow sealed = seal.seal(row.withRev(change.nextRev(seal::genuine)));
        change.insert(sealed);
        return sealed;
    }

    /** Writes the row back; its rev is still the one it was read with. */
    KeyRow update(KeyRow row) {
        KeyRow sealed = seal.seal(row.withRev(change.nextRev(seal::genuine)));
        change.update(sealed, row.rev());
        return sealed;
    }

    /** The row, if nobody wrote it since it was read as {@code before}. */
    KeyRow unchanged(KeyRow before) {
        KeyRow row = get(before.keyId());
        if (row.rev() != before.rev()) {
            throw RegistryConflicts.changed(row);
        }
        return row;
    }

    void fenceJobs(Scope scope) {
        change.fenceJobs(scope);
    }
}
