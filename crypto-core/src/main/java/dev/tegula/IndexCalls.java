package dev.tegula;

import static java.util.Objects.requireNonNull;

import dev.tegula.cipher.IndexMac;
import dev.tegula.envelope.FieldId;
import dev.tegula.envelope.Scope;
import dev.tegula.envelope.TenantId;
import dev.tegula.failure.MalformedException;
import dev.tegula.keyring.Keyring;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * How blind indexes and blind tokens use the keys of a field. Thread-safe.
 *
 * @param words what is computed, with its verb, for messages
 */
record IndexCalls(Keyring keyring, FieldId field, boolean perTenant, Words words) {

    /**
     * How messages speak of what is computed.
     *
     * @param subject with its verb: "its blind index is"
     * @param object "it" or "them"
     * @param noun "an index"
     */
    record Words(String subject, String object, String noun) {}

    /** Tries keys of a scope. */
    @FunctionalInterface
    interface Keys {
        boolean any(Scope scope, Predicate<IndexMac> right);
    }

    /** Calls the keyring, which stays open until the work has ended. */
    <R> R call(Supplier<R> work) {
        keyring.beginCall();
        try {
            return work.get();
        } finally {
            keyring.endCall();
        }
    }

    /** Whether something is right under a key that is looked for. All are tried, so that time does not tell which. */
    boolean anyLive(Scope scope, Predicate<IndexMac> right) {
        return call(() -> {
            boolean found = false;
            for (IndexMac mac : keyring.indexReaders(scope)) {
                found |= right.test(mac);
            }
            return found;
        });
    }

    /** The same, or under one that is RETIRED: what was read before a rotation ended. */
    boolean anyRead(Scope scope, Predicate<IndexMac> right) {
        return anyLive(scope, right) || call(() -> keyring.anyRetiredIndex(scope, right));
    }

    /**
     * The scope of the keys.
     *
     * @throws MalformedException if the context has no tenant and one is needed, or the other way round
     */
    Scope scope(Context context) {
        requireNonNull(context, () -> "context: give Context.noTenant() for " + words.noun + " without a tenant");
        TenantId tenant = context.tenantId();
        boolean named = tenant.name().isPresent();
        if (named != perTenant) {
            throw new MalformedException(
                    MalformedException.Kind.TENANT,
                    field + ": " + words.subject
                            + (named
                                    ? " over all tenants, but a tenant was given. Give none, or declare " + words.object
                                            + " per tenant."
                                    : " per tenant, but no tenant was given. Give the tenant in the Context."));
        }
        return Scope.index(field, tenant);
    }
}
