package dev.tegula.secret;

import dev.tegula.failure.IntegrityException;
import dev.tegula.failure.RefusedException;

/** Why a secret is not given or not changed; each has a code for programs. */
final class SecretRefusals {

    private SecretRefusals() {}

    static RefusedException unknown(SecretName name) {
        return new RefusedException("secret-unknown", "There is no secret " + name + "; see `tegula secrets list`.");
    }

    static RefusedException deleted(SecretName name) {
        return new RefusedException(
                "secret-deleted", name + " was deleted. `tegula secrets undelete " + name + "` brings it back.");
    }

    static RefusedException noVersion(Secret secret, long version) {
        return new RefusedException(
                "secret-unknown",
                secret.name() + " has no version " + version + "; it has versions 1 to " + secret.current() + ".");
    }

    static RefusedException destroyed(SecretName name, long version) {
        return new RefusedException(
                "secret-destroyed",
                "Version " + version + " of " + name + " was destroyed: its value is gone. `tegula secrets history "
                        + name + "` shows which versions are held.");
    }

    static RefusedException current(SecretName name, long version) {
        return new RefusedException(
                "secret-current",
                "Version " + version + " of " + name
                        + " is the one that is read, and is not destroyed. Put a new value first"
                        + " (`tegula secrets put " + name + "`), or delete the secret (`tegula secrets delete " + name
                        + "`).");
    }

    static RefusedException conflict(SecretName name, long expected, long found) {
        return new RefusedException(
                "secret-conflict",
                name + (found == 0 ? " is not there" : " has version " + found) + ", "
                        + (expected == 0 ? "and was not to be there" : "not version " + expected)
                        + changed(name));
    }

    static RefusedException changedSince(SecretName name, long expected, long found) {
        return new RefusedException(
                "secret-conflict",
                name
                        + (found == 0 ? " is gone" : " was changed " + found + " times")
                        + (expected == 0
                                ? ", and was not to be there"
                                : ", and was to have been " + expected + " times")
                        + changed(name));
    }

    /** Who it was nobody can tell: a change whose answer got lost may have been stored. */
    private static String changed(SecretName name) {
        return ". Somebody else changed it, or you did by a change whose answer got lost; look at `tegula secrets history "
                + name + "` and decide again.";
    }

    static IntegrityException unverified(String name) {
        return new IntegrityException(name
                + ": its row in tegula_secret does not carry a valid seal. It was changed or added by something other than"
                + " Tegula, and is not used. Bring both tables of secrets back from a backup of the database.");
    }

    static IntegrityException unverified(Secret secret) {
        return new IntegrityException(secret.name()
                + ": a row of it in tegula_secret_version does not carry a valid seal, or its value was added or"
                + " taken away. Something other than Tegula wrote it; it is not used.");
    }

    static IntegrityException occupied(SecretName name, long version) {
        return new IntegrityException("tegula_secret_version has a row of version " + version + " of " + name
                + ", which Tegula never wrote: its newest is " + (version - 1)
                + ". As the owner of the table, delete that row, then run the same again.");
    }

    static RefusedException tooLong(SecretName name) {
        return new RefusedException(
                "secret-too-long",
                "The value for " + name + " is too long: a secret has at most " + SecretStore.LONGEST_VALUE
                        + " bytes (1 MiB).");
    }

    static RefusedException busy(SecretName name) {
        return new RefusedException(
                "secret-conflict",
                name + ": keys of its namespace were retired again and again while it was written. Run it again.");
    }
}
