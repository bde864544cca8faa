package dev.tegula.spring;

import dev.tegula.Tegula;
import dev.tegula.failure.FailureKind;
import dev.tegula.keyring.KeyringHealth;
import dev.tegula.keyring.KeyringState;
import dev.tegula.kms.Kek;
import dev.tegula.kms.KmsCalls;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;

/**
 * DOWN when values can not be written, or keys can not be opened: this instance could not report itself, a KMS denies, or an
 * outage outlasted its limit. While keys serve from memory in an outage it is UP, and says for how long. Asks no database, and
 * a KMS only after it has denied something ({@link DenialProbe}).
 */
final class EngineHealth extends AbstractHealthIndicator {

    private static final String DENIED = "denied";

    private final ObjectProvider<Tegula> engine;
    private final DenialProbe probe;

    EngineHealth(ObjectProvider<Tegula> engine) {
        this(engine, new DenialProbe(System::nanoTime));
    }

    EngineHealth(ObjectProvider<Tegula> engine, DenialProbe probe) {
        super("The health of Tegula cannot be told");
        this.engine = engine;
        this.probe = probe;
    }

    @Override
    protected void doHealthCheck(Health.Builder builder) {
        Tegula tegula = engine.getObject();
        KeyringHealth background = tegula.health();
        KeyringState keys = tegula.keyring().state();
        Map<String, String> keks = new TreeMap<>();
        Map<String, KmsCalls> calls = tegula.keks().calls();
        tegula.keks().bindings().forEach((alias, binding) -> {
            KmsCalls made = calls.get(alias);
            if (made != null) {
                keks.put(alias, state(alias, binding.kek(), made));
            }
        });
        boolean denied = keks.containsValue(DENIED);
        boolean cold = keks.values().stream().noneMatch("good"::equals) && keys.opened() == 0;
        boolean writes = background.state() != KeyringHealth.State.NOT_WRITING;
        builder.status(writes && !denied && keys.lapsed() == 0 && !cold ? Status.UP : Status.DOWN)
                .withDetail("deployment", tegula.deployment())
                .withDetail("writes", writes ? "good" : "refused: this instance cannot report itself")
                .withDetail("background", background.state().name().toLowerCase(Locale.ROOT))
                .withDetail("secondsSinceReport", background.sinceSeen().toSeconds())
                .withDetail("keks", keks)
                .withDetail("keysOpened", keys.opened())
                .withDetail("keysInOutage", keys.inOutage())
                .withDetail("keysPastOutageLimit", keys.lapsed());
        keys.untilOutageLimit().ifPresent(left -> builder.withDetail("secondsUntilOutageLimit", left.toSeconds()));
    }

    private String state(String alias, Kek kek, KmsCalls calls) {
        return probe.denies(alias, kek, calls)
                ? DENIED
                : calls.trouble()
                        .filter(kind -> kind != FailureKind.DENIED)
                        .map(kind -> kind.name().toLowerCase(Locale.ROOT))
                        .orElse("good");
    }
}
