package dev.tegula.keyring;

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
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;

/** A registry whose reads can be made to fail or to take long; everything else is the real one's. */
final class UnsteadyRegistry implements KeyRegistry {

    private final KeyRegistry real;
    private final AtomicInteger activeReads = new AtomicInteger();
    volatile Runnable beforeActive = () -> {};
    volatile Runnable afterActive = () -> {};
    volatile Consumer<Scope> beforeActiveOf = scope -> {};
    volatile Runnable beforeReport = () -> {};
    volatile Runnable beforeFind = () -> {};
    /** Told which scopes a round of renewals asks for. */
    volatile Consumer<List<Scope>> beforeRound = scopes -> {};
    /** A genuine older row that is offered as the ACTIVE one, and as the only live one. */
    volatile KeyRow replayed;

    UnsteadyRegistry(KeyRegistry real) {
        this.real = real;
    }

    int activeReads() {
        return activeReads.get();
    }

    /** A key that was lost. */
    volatile KeyId hidden;

    @Override
    public Optional<KeyRow> find(KeyId keyId) {
        beforeFind.run();
        return keyId.equals(hidden) ? Optional.empty() : real.find(keyId);
    }

    @Override
    public Optional<KeyRow> active(Scope scope) {
        activeReads.incrementAndGet();
        beforeActive.run();
        beforeActiveOf.accept(scope);
        Optional<KeyRow> answer = replayed == null ? real.active(scope) : Optional.of(replayed);
        afterActive.run();
        return answer;
    }

    @Override
    public List<KeyRow> live(Scope scope) {
        beforeActiveOf.accept(scope);
        return replayed == null ? real.live(scope) : List.of(replayed);
    }

    @Override
    public List<KeyRow> active(List<Scope> scopes) {
        beforeRound.accept(scopes);
        beforeActive.run();
        List<KeyRow> answer = replayed == null ? real.active(scopes) : List.of(replayed);
        afterActive.run();
        return answer;
    }

    @Override
    public StoredKeys stored() {
        return real.stored();
    }

    @Override
    public long epoch(Predicate<KeyRow> genuine) {
        return real.epoch(genuine);
    }

    @Override
    public <T> T change(Function<RegistryChange, T> work) {
        return real.change(work);
    }

    @Override
    public void report(InstanceReport report) {
        beforeReport.run();
        real.report(report);
    }

    @Override
    public List<InstanceReport> instances(Instant seenSince) {
        return real.instances(seenSince);
    }

    @Override
    public InstantSource clock() {
        return real.clock();
    }
}
