package dev.tegula.cli.database;

import dev.tegula.envelope.KeyId;
import dev.tegula.envelope.Scope;
import dev.tegula.registry.InstanceReport;
import dev.tegula.registry.KeyRegistry;
import dev.tegula.registry.KeyRow;
import dev.tegula.registry.RegistryChange;
import dev.tegula.registry.StoredKeys;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/** Another registry, call by call; subclasses change one. */
class ForwardingRegistry implements KeyRegistry {

    private final KeyRegistry registry;

    ForwardingRegistry(KeyRegistry registry) {
        this.registry = registry;
    }

    @Override
    public Optional<KeyRow> find(KeyId keyId) {
        return registry.find(keyId);
    }

    @Override
    public Optional<KeyRow> active(Scope scope) {
        return registry.active(scope);
    }

    @Override
    public List<KeyRow> active(List<Scope> scopes) {
        return registry.active(scopes);
    }

    @Override
    public List<KeyRow> live(Scope scope) {
        return registry.live(scope);
    }

    @Override
    public List<KeyRow> retired(Scope scope) {
        return registry.retired(scope);
    }

    @Override
    public StoredKeys stored() {
        return registry.stored();
    }

    @Override
    public long epoch(Predicate<KeyRow> genuine) {
        return registry.epoch(genuine);
    }

    @Override
    public <T> T change(Function<RegistryChange, T> work) {
        return registry.change(work);
    }

    @Override
    public void report(InstanceReport report) {
        registry.report(report);
    }

    @Override
    public List<InstanceReport> instances(Instant seenSince) {
        return registry.instances(seenSince);
    }

    @Override
    public InstantSource clock() {
        return registry.clock();
    }
}
