package dev.tegula.outage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.Tegula;
import dev.tegula.envelope.FieldId;
import dev.tegula.envelope.KeyId;
import dev.tegula.envelope.Scope;
import dev.tegula.envelope.TenantId;
import dev.tegula.failure.KeyUnknownException;
import dev.tegula.jdbc.JdbcKeyRegistry;
import dev.tegula.keyring.Keyring;
import dev.tegula.keyring.KeyringSettings;
import dev.tegula.registry.KeyLifecycle;
import dev.tegula.registry.KeyRow;
import dev.tegula.registry.KeyUses;
import dev.tegula.registry.KeyWrapping;
import dev.tegula.registry.RegistrySeal;
import dev.tegula.test.MemoryKms;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** An answer of the registry that stays on the way for longer than the limit of the write lease, by a clock that is handed in. */
final class HeldRegistryTest {

    private static final Scope SSN = Scope.data(FieldId.of("patient.ssn"), TenantId.none());
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private final AtomicLong nanos = new AtomicLong();

    @Test
    void writer_withAnAnswerHeldBeyondTheLimit_readsTheRegistryAgain() throws Exception {
        MemoryKms kms = MemoryKms.create();
        try (OutageDatabase database = new OutageDatabase();
                Tegula operator = Tegula.builder("outage")
                        .kek("main", kms, "main")
                        .registry(database.application(2))
                        .development()
                        .build()) {
            KeyId first = operator.keyring().writer(SSN).keyId();
            // One connection: while its answer is held, the background renewal cannot ask beside it.
            try (Keyring keyring = keyring(operator, new JdbcKeyRegistry(database.registry(1)))) {
                database.proxy.holdAnswerTo("state = 'ACTIVE'");
                CompletableFuture<KeyId> held =
                        CompletableFuture.supplyAsync(() -> keyring.writer(SSN).keyId());
                assertThat(database.proxy.awaitHeld(1, PATIENCE)).isTrue();
                KeyId second = activateNext(operator).keyId();
                nanos.addAndGet(
                        KeyringSettings.LONGEST_WRITE_LIMIT.plusSeconds(20).toNanos());
                assertThat(held).isNotDone();
                database.proxy.restore();

                assertThat(held.get(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                        .isEqualTo(second)
                        .isNotEqualTo(first);
                assertThat(keyring.writer(SSN).keyId()).isEqualTo(second);
            }
        }
    }

    /** Of another instance than the operator's. */
    private Keyring keyring(Tegula operator, JdbcKeyRegistry registry) {
        KeyWrapping wrapping = new KeyWrapping("outage", operator.keks());
        return new Keyring(
                registry,
                RegistrySeal.open(registry, wrapping, List.of(operator.seal().rootId())),
                wrapping,
                KeyringSettings.defaults(),
                scope -> {
                    throw new KeyUnknownException(scope + " has no key");
                },
                "held",
                new SecureRandom(),
                nanos::get);
    }

    private static KeyRow activateNext(Tegula operator) {
        KeyLifecycle lifecycle = operator.lifecycle(row -> new KeyUses.Uses(new TreeMap<>(), List.of(), true));
        KeyRow created = lifecycle.create(SSN, "main");
        lifecycle.backup(List.of(created.keyId()), rows -> {});
        return lifecycle.activate(created.keyId());
    }
}
