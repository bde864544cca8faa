package dev.tegula.cli.command;

import dev.tegula.cli.database.OpenDatabase;
import dev.tegula.envelope.Scope;
import dev.tegula.failure.RefusedException;
import dev.tegula.secret.SecretName;
import dev.tegula.secret.SecretNamespaces;
import dev.tegula.secret.SecretStore;

/** What is there, before anything is done with it. */
final class SecretLook {

    private SecretLook() {}

    /** What a prefix with nothing below it is, which may be one that was typed wrong: no gate is green for it. */
    static RefusedException none(SecretName prefix) {
        return new RefusedException(
                "secret-unknown", "There is no secret at or below " + prefix + "; see `tegula secrets list`.");
    }

    /** What stops a first value, with a space before; empty if nothing does. */
    static String missingKey(OpenDatabase open, SecretName name) {
        Scope scope =
                SecretNamespaces.scope(open.tegula().secrets().namespaces().require(name));
        return open.tegula().registry().active(scope).isPresent()
                ? ""
                : " But its namespace has no key yet: " + KeyText.shell(NextStep.firstKey(scope));
    }

    /** The current version; 0 if there is no such secret. */
    static long current(SecretStore secrets, SecretName name) {
        try {
            return secrets.describe(name).current();
        } catch (RefusedException e) {
            if (e.code().equals("secret-unknown")) {
                return 0;
            }
            throw e;
        }
    }
}
