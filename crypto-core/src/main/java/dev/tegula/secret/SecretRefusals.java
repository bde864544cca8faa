package dev.tegula.secret;

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
                        + ". Somebody else changed it; look at `tegula secrets history " + name
                        + "` and decide again.");
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
