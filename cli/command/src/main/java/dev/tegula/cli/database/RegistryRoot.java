package dev.tegula.cli.database;

import dev.tegula.envelope.FieldId;
import dev.tegula.envelope.KeyId;
import dev.tegula.kms.Keks;
import dev.tegula.registry.KeyBackup;
import dev.tegula.registry.KeyLifecycle;
import dev.tegula.registry.KeyRegistry;
import dev.tegula.registry.KeyRow;
import dev.tegula.registry.KeyWrapping;
import dev.tegula.registry.RegistryChange;
import dev.tegula.registry.RegistrySeal;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/** Makes the root that authenticates a registry. */
public final class RegistryRoot {

    private final KeyRegistry registry;
    private final Keks keks;
    private final KeyWrapping wrapping;

    /** The root of a registry, wrapped under one of the KEKs. */
    public RegistryRoot(KeyRegistry registry, String deployment, Keks keks) {
        this.registry = registry;
        this.keks = keks;
        this.wrapping = new KeyWrapping(deployment, keks);
    }

    /**
     * Makes the root of an empty registry.
     *
     * @param beforeCommit gets the pin while the root is not committed yet, so that no root can be without its pin; if it
     *     fails, no root is made. After a conflict it is called again with the same pin
     * @return the pin
     * @throws dev.tegula.failure.RefusedException code {@code registry-exists}, if there is one already
     */
    public KeyId create(Consumer<KeyId> beforeCommit) {
        KeyRegistry noting = new ForwardingRegistry(registry) {
            @Override
            public <T> T change(Function<RegistryChange, T> work) {
                return super.change(change -> {
                    T made = work.apply(change);
                    if (made instanceof KeyId pin) {
                        beforeCommit.accept(pin);
                    }
                    return made;
                });
            }
        };
        return KeyLifecycle.initialise(noting, wrapping, keks.aliasFor(FieldId.REGISTRY), InstantSource.system());
    }

    /**
     * Backs the root up, unless it is: without its row no other key of the registry is trusted again.
     *
     * @param store keeps the row for good before it returns
     * @return whether it was not yet
     * @throws dev.tegula.failure.IntegrityException if the root does not open, or its row was changed
     */
    public boolean backUp(KeyId pin, Consumer<List<KeyRow>> store) {
        boolean missing =
                registry.find(pin).filter(row -> row.times().exported() == null).isPresent();
        if (missing) {
            RegistrySeal seal = RegistrySeal.open(registry, wrapping, List.of(pin));
            new KeyBackup(registry, seal, wrapping, registry.clock()).take(List.of(pin), store);
        }
        return missing;
    }

    /**
     * Whether the root with this pin is there.
     *
     * @throws dev.tegula.failure.IntegrityException if it is, but does not open, or its row was changed
     */
    public boolean present(KeyId pin) {
        if (registry.find(pin).isEmpty()) {
            return false;
        }
        RegistrySeal.open(registry, wrapping, List.of(pin));
        return true;
    }
}
