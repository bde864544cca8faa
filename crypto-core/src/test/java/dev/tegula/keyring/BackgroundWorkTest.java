package dev.tegula.keyring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.cipher.EnvelopeCipher;
import dev.tegula.envelope.FieldId;
import dev.tegula.envelope.Scope;
import dev.tegula.envelope.TenantId;
import dev.tegula.failure.IntegrityException;
import dev.tegula.failure.KeyUnknownException;
import dev.tegula.failure.UnavailableException;
import dev.tegula.keyring.KeyringHealth.State;
import dev.tegula.registry.InstanceReport;
import dev.tegula.registry.KeyRow;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What the background work survives, and what ends writing. Rounds are run by the tests, under their clock. */
final class BackgroundWorkTest extends KeyringLab {

    private long epochOf(Keyring of) {
        return stored.instances(Instant.EPOCH).stream()
                .filter(report -> report.id().equals(of.instance()))
                .mapToLong(InstanceReport::epoch)
                .findFirst()
                .orElse(-1);
    }

    @Test
    void renewLeases_thatRunsOutOfMemory_isHeldAgainAndTold() {
        Keyring own = keyring(KeyringSettings.defaults().withWriteLease(Duration.ofMillis(2)), new BackgroundThreads());
        try {
            registry.beforeReport = () -> {
                throw new OutOfMemoryError("a row of 45 MB");
            };
            eventually(() -> assertThat(own.health().state()).isEqualTo(State.TROUBLED));
            assertThat(own.health().trouble()).isEqualTo("OutOfMemoryError: a row of 45 MB");

            registry.beforeReport = () -> {};
            // The same schedule of the real threads, not a call of the test.
            eventually(() -> assertThat(own.health().state()).isEqualTo(State.GOOD));
            eventually(() -> assertThat(epochOf(own)).isEqualTo(stored.epoch(row -> true)));
        } finally {
            own.close();
        }
    }

    @Test
    void renewLeases_whoseKeysCannotBeReadTogether_readsThemOneByOne() {
        KeyRow note = lifecycle.provide(NOTE, "main");
        keyring.writer(SSN);
        keyring.writer(NOTE);
        KeyRow next = rotate();
        registry.beforeRound = scopes -> {
            throw new OutOfMemoryError("one of them");
        };
        registry.beforeActiveOf = scope -> {
            if (scope.equals(NOTE)) {
                throw new IntegrityException("that one");
            }
        };
        background.runRound();

        assertThat(epochOf(keyring)).isEqualTo(stored.epoch(row -> true));
        int reads = registry.activeReads();
        assertThat(keyring.writer(SSN).keyId()).isEqualTo(next.keyId());
        assertThat(registry.activeReads()).isEqualTo(reads);
        assertThatThrownBy(() -> keyring.writer(NOTE)).hasMessage("that one");
        registry.beforeActiveOf = scope -> {};
        assertThat(keyring.writer(NOTE).keyId()).isEqualTo(note.keyId());
    }

    @Test
    void writer_ofAnInstanceThatCannotReportItself_stopsAtTheLimitAndRecovers() {
        background.runRound();
        keyring.writer(SSN);
        registry.beforeReport = () -> {
            throw new UnavailableException("no report today");
        };
        pass(Duration.ofSeconds(179));
        assertThat(keyring.writer(SSN)).isNotNull();
        pass(Duration.ofSeconds(1));

        assertThat(keyring.health().state()).isEqualTo(State.NOT_WRITING);
        assertThat(keyring.health().sinceSeen()).isEqualTo(Duration.ofMinutes(3));
        assertThatThrownBy(() -> keyring.writer(SSN))
                .isInstanceOf(UnavailableException.class)
                .hasMessageContaining("180 s")
                .hasMessageContaining("no report today");
        assertThat(keyring.reader(first.keyId(), SSN)).isNotNull();

        registry.beforeReport = () -> {};
        EnvelopeCipher again = keyring.writer(SSN);
        assertThat(again.keyId()).isEqualTo(first.keyId());
        assertThat(keyring.health().state()).isEqualTo(State.GOOD);
    }

    @Test
    void writer_ofTenantsWithoutAKey_keepsNoLease() {
        writer_ofTenantsWithoutAKey_keepsNoLease(300);
    }

    /** As many as a caller can make up in a minute; what one leaves behind, three hundred show. */
    @Test
    @Tag("long")
    void writer_of30000TenantsWithoutAKey_keepsNoLease() {
        writer_ofTenantsWithoutAKey_keepsNoLease(30_000);
    }

    private void writer_ofTenantsWithoutAKey_keepsNoLease(int tenants) {
        keyring.writer(SSN);
        for (int i = 0; i < tenants; i++) {
            Scope nobody = tenant(i);
            assertThatThrownBy(() -> keyring.writer(nobody)).isInstanceOf(KeyUnknownException.class);
        }
        assertThat(keyring.leases()).isEqualTo(1);
    }

    @Test
    void leases_ofIdleScopes_areForgottenWhereThereAreMoreThanKeysAreKept() {
        KeyringSettings standard = KeyringSettings.defaults();
        Keyring own = keyring(
                new KeyringSettings(
                        standard.cacheTtl(), standard.outageLimit(), standard.writeLease(), standard.writeLimit(), 10),
                new BackgroundByHand());
        try {
            for (int i = 0; i < 30; i++) {
                lifecycle.provide(tenant(i), "main");
                own.writer(tenant(i));
            }
            own.renewLeases();
            assertThat(own.leases()).isEqualTo(30);

            pass(Duration.ofMinutes(4));
            own.writer(tenant(7));
            own.renewLeases();
            assertThat(own.leases()).isEqualTo(1);
        } finally {
            own.close();
        }
    }

    private static Scope tenant(int number) {
        return Scope.data(FieldId.of("visit.text"), TenantId.of("tenant-" + number));
    }
}
