package dev.tegula.spring;

import dev.tegula.Tegula;
import dev.tegula.failure.FailureKind;
import dev.tegula.keyring.KeyringCounts;
import dev.tegula.keyring.KeyringState;
import dev.tegula.kms.KmsCalls;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * Meters {@code tegula.*}, all read from the engine when they are asked for. Tags are aliases of KEKs and kinds of failures:
 * no field, no tenant, no key.
 */
final class EngineMeters implements MeterBinder {

    private final Tegula tegula;

    EngineMeters(Tegula tegula) {
        this.tegula = tegula;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        KeyringCounts counts = tegula.keyring().counts();
        operations(registry, "encrypt", counts, KeyringCounts::encrypted);
        operations(registry, "decrypt", counts, KeyringCounts::decrypted);
        for (FailureKind kind : FailureKind.values()) {
            FunctionCounter.builder("tegula.failures", counts, all -> all.failed(kind))
                    .description("Values that could not be encrypted or decrypted")
                    .tag("kind", kind.name().toLowerCase(Locale.ROOT))
                    .register(registry);
        }
        FunctionCounter.builder("tegula.cache.hits", counts, EngineMeters::hits)
                .description("Values encrypted or decrypted with a key that was open")
                .register(registry);
        FunctionCounter.builder("tegula.keys.opened", counts, KeyringCounts::opened)
                .description("Keys opened by a KMS, the first time or again")
                .register(registry);
        FunctionCounter.builder("tegula.keys.refresh.failures", counts, KeyringCounts::refreshesFailed)
                .description("Keys that could not be opened again and serve on from memory")
                .register(registry);
        tegula.keks().calls().forEach((alias, calls) -> kms(registry, alias, calls));
        gauges(registry);
    }

    private static void operations(
            MeterRegistry registry, String name, KeyringCounts counts, ToDoubleFunction<KeyringCounts> count) {
        FunctionCounter.builder("tegula.operations", counts, count)
                .description("Values encrypted and decrypted")
                .tag("operation", name)
                .register(registry);
    }

    private static double hits(KeyringCounts counts) {
        return Math.max(0, counts.encrypted() + counts.decrypted() - counts.opened());
    }

    private static void kms(MeterRegistry registry, String alias, KmsCalls calls) {
        FunctionTimer.builder(
                        "tegula.kms.calls",
                        calls,
                        all -> all.answered() + all.failed(),
                        all -> all.time().toNanos(),
                        TimeUnit.NANOSECONDS)
                .description("Calls to a KMS, with their retries as one")
                .tag("kek", alias)
                .register(registry);
        FunctionCounter.builder("tegula.kms.failures", calls, KmsCalls::failed)
                .description("Calls that a KMS denied or did not answer")
                .tag("kek", alias)
                .register(registry);
    }

    private void gauges(MeterRegistry registry) {
        gauge(registry, "tegula.keys.held", "Keys open in memory", null, KeyringState::opened);
        gauge(registry, "tegula.keys.outage", "Keys that serve on without their KMS", null, KeyringState::inOutage);
        gauge(
                registry,
                "tegula.keys.lapsed",
                "Keys past the outage limit, which serve no more",
                null,
                KeyringState::lapsed);
        gauge(
                registry,
                "tegula.keys.outage.left",
                "Until the first key that serves without its KMS reaches the outage limit; NaN if none does",
                "seconds",
                state -> seconds(state.untilOutageLimit()));
        gauge(
                registry,
                "tegula.lease.age",
                "Since the oldest write lease in use was renewed; NaN if nothing is written",
                "seconds",
                state -> seconds(state.oldestLease()));
        gauge(
                registry,
                "tegula.key.age",
                "Since the oldest key that is written under was made; NaN if nothing is written",
                "seconds",
                state -> seconds(state.oldestKey().map(this::age)));
        Gauge.builder(
                        "tegula.report.age",
                        tegula,
                        engine -> engine.health().sinceSeen().toMillis() / 1000.0)
                .description("Since this instance last reported itself to the registry")
                .baseUnit("seconds")
                .register(registry);
    }

    private Duration age(Instant made) {
        return Duration.between(made, tegula.registry().clock().instant());
    }

    private static double seconds(Optional<Duration> time) {
        return time.map(one -> one.toMillis() / 1000.0).orElse(Double.NaN);
    }

    private void gauge(
            MeterRegistry registry,
            String name,
            String description,
            @Nullable String unit,
            ToDoubleFunction<KeyringState> value) {
        Gauge.builder(
                        name,
                        tegula,
                        engine -> value.applyAsDouble(engine.keyring().state()))
                .description(description)
                .baseUnit(unit)
                .register(registry);
    }
}
