package dev.tegula.registry;

import dev.tegula.envelope.Scope;
import dev.tegula.failure.KeyUnknownException;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;

/** The ACTIVE key of a scope, or its first one: of many that ask at once, one makes it. */
final class Provision {

    private final KeyRegistry registry;
    private final RegistrySeal seal;

    private Provision(KeyRegistry registry, RegistrySeal seal) {
        this.registry = registry;
        this.seal = seal;
    }

    static Provision of(KeyRegistry registry, RegistrySeal seal) {
        return new Provision(registry, seal);
    }

    /**
     * The key.
     *
     * @param fresh makes one, asked if there is none
     * @throws KeyUnknownException if the scope has keys, but none is ACTIVE: which one to use is a person's decision
     */
    KeyRow provide(Scope scope, Supplier<KeyRow> fresh) {
        Optional<KeyRow> active = registry.active(scope).map(seal::verify);
        if (active.isPresent()) {
            return active.get();
        }
        KeyRow made = fresh.get();
        Instant now = made.times().created();
        return registry.change(change -> {
            SealedChange tx = new SealedChange(change, seal);
            Optional<KeyRow> meanwhile = tx.active(scope);
            if (meanwhile.isPresent()) {
                return meanwhile.get();
            }
            if (!tx.rows(scope).isEmpty()) {
                throw new KeyUnknownException(
                        scope + " has keys, but none is ACTIVE; nothing was created. Choose one with"
                                + " `tegula keys activate " + scope.field() + " --version N`.");
            }
            Rules.requirePlainTenant(scope);
            return tx.insert(
                    made.withVersion(1).in(KeyState.ACTIVE, made.times().withActivated(now)));
        });
    }
}
