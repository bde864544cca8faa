package dev.tegula.registry;

/** The contracts of a registry, in memory. */
final class InMemoryKeyRegistryTest extends RootRotationContract {

    @Override
    protected KeyRegistry empty() {
        return new InMemoryKeyRegistry();
    }
}
