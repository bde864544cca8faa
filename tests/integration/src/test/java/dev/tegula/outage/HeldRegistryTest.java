package dev.tegula.outage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.Context;
import dev.tegula.FieldCipher;
import dev.tegula.Tegula;
import dev.tegula.envelope.EnvelopeHead;
import dev.tegula.envelope.FieldId;
import dev.tegula.envelope.KeyId;
import dev.tegula.envelope.Scope;
import dev.tegula.envelope.TenantId;
import dev.tegula.keyring.KeyringSettings;
import dev.tegula.registry.KeyLifecycle;
import dev.tegula.registry.KeyRow;
import dev.tegula.registry.KeyUses;
import dev.tegula.test.MemoryKms;
import java.time.Duration;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** An answer of the registry that stays on the way for longer than the limit of the write lease. */
final class HeldRegistryTest {

    /** The limit of 180 s and an answer that is held for 200 s, fifty times as fast. */
    private static final KeyringSettings FAST = new KeyringSettings(
            Duration.ofHours(1), Duration.ofHours(4), Duration.ofMillis(3_600), Duration.ofMillis(3_600), 100);

    private static final Duration HELD = Duration.ofSeconds(4);

    @Test
    void encrypt_withAnAnswerHeldBeyondTheLimit_readsTheRegistryAgain() throws Exception {
        MemoryKms kms = MemoryKms.create();
        try (OutageDatabase database = new OutageDatabase();
                Tegula operator = Tegula.builder("outage")
                        .kek("main", kms, "main")
                        .registry(database.application(2))
                        .development()
                        .build()) {
            KeyId first = keyId(operator.field("patient.ssn", String.class).encrypt("value", Context.noTenant()));
            // One connection: while its answer is held, the background renewal cannot ask beside it.
            FieldCipher<String> ssn =
                    database.engine(kms, "main", FAST, database.registry(1)).field("patient.ssn", String.class);
            database.proxy.holdAnswerTo("state = 'ACTIVE'");
            CompletableFuture<byte[]> held =
                    CompletableFuture.supplyAsync(() -> ssn.encrypt("value", Context.noTenant()));
            assertThat(database.proxy.awaitHeld(1, Duration.ofSeconds(20))).isTrue();
            KeyId second = activateNext(operator).keyId();
            TimeUnit.NANOSECONDS.sleep(HELD.toNanos());
            assertThat(held).isNotDone();
            database.proxy.restore();

            assertThat(keyId(held.get(20, TimeUnit.SECONDS))).isEqualTo(second).isNotEqualTo(first);
            assertThat(keyId(ssn.encrypt("value", Context.noTenant()))).isEqualTo(second);
        }
    }

    private static KeyId keyId(byte[] envelope) {
        return EnvelopeHead.of("patient.ssn", envelope).keyId();
    }

    private static KeyRow activateNext(Tegula operator) {
        KeyLifecycle lifecycle = operator.lifecycle(row -> new KeyUses.Uses(new TreeMap<>(), List.of(), true));
        KeyRow created = lifecycle.create(Scope.data(FieldId.of("patient.ssn"), TenantId.none()), "main");
        lifecycle.backup(List.of(created.keyId()), rows -> {});
        return lifecycle.activate(created.keyId());
    }
}
