package dev.tegula.registry;

import dev.tegula.envelope.Scope;
import dev.tegula.failure.KeyUnknownException;
import java.util.List;
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
        Optional<KeyRow> active = registry.active(scope).map(seal::verifyOrFollow);
        if (active.isPresent()) {
            return active.get();
        }
        KeyRow made = fresh.get();
        return registry.change(change -> {
            SealedChange tx = new SealedChange(change, seal);
            return stored(scope, tx.rows(scope)).orElseGet(() -> tx.insert(KeyEvent.CREATE, first(made)));
        });
    }

    /**
     * The ACTIVE key among the rows of a scope; empty if it has none at all and may get its first.
     *
     * @throws KeyUnknownException if the scope has keys, but none is ACTIVE
     * @throws dev.tegula.failure.MalformedException if its tenant gets no first key
     */
    static Optional<KeyRow> stored(Scope scope, List<KeyRow> rows) {
        Optional<KeyRow> active =
                rows.stream().filter(row -> row.state() == KeyState.ACTIVE).findFirst();
        if (active.isEmpty() && !rows.isEmpty()) {
            throw new KeyUnknownException(scope + " has keys, but none is ACTIVE; nothing was created. Choose one with"
                    + " `tegula keys activate " + scope.field() + " --version N`.");
        }
        if (rows.isEmpty()) {
            Rules.requirePlainTenant(scope);
        }
        return active;
    }

    /** A key that was just made, as the first of its scope. */
    static KeyRow first(KeyRow made) {
        return made.withVersion(1)
                .in(KeyState.ACTIVE, made.times().withActivated(made.times().created()));
    }
}
