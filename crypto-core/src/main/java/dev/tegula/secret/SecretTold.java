package dev.tegula.secret;

import dev.tegula.audit.AuditEntry;
import java.util.Optional;

/**
 * What the audit trail is told of a secret.
 *
 * @param action the last word of it
 * @param name of the secret
 * @param detail which version
 */
record SecretTold(String action, SecretName name, String detail) {

    private static final String KIND = "secret";

    static SecretTold of(String action, SecretName name) {
        return new SecretTold(action, name, "");
    }

    static SecretTold written(Secret secret, Optional<Long> copiedFrom) {
        String version = "version " + secret.current();
        return copiedFrom
                .map(from -> new SecretTold("rollback", secret.name(), version + " is version " + from + " again"))
                .orElse(new SecretTold("put", secret.name(), version));
    }

    SecretTold version(long version) {
        return new SecretTold(action, name, "version " + version);
    }

    AuditEntry entry(SecretChange change) {
        return AuditEntry.of(AuditEntry.RESERVED + KIND + "." + action, KIND, name)
                .actor(change.actor())
                .detail(detail);
    }
}
