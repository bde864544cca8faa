package dev.tegula.keyring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.envelope.FieldId;
import dev.tegula.envelope.Scope;
import dev.tegula.envelope.TenantId;
import dev.tegula.failure.DeniedException;
import dev.tegula.failure.FailureKind;
import dev.tegula.failure.UnavailableException;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What meters and a health check can ask. */
final class KeyringFiguresTest extends KeyringLab {

    @Test
    void state_ofAKeyringThatDidNothing_isEmpty() {
        assertThat(keyring.state())
                .isEqualTo(new KeyringState(0, 0, Optional.empty(), 0, 0, Optional.empty(), Optional.empty()));
        assertThat(keyring.counts().opened()).isZero();
    }

    @Test
    void state_afterAWrite_tellsAgesOfLeaseAndKey() {
        keyring.writer(SSN);
        pass(Duration.ofSeconds(7));
        assertThat(keyring.state())
                .isEqualTo(new KeyringState(
                        1,
                        0,
                        Optional.empty(),
                        0,
                        1,
                        Optional.of(Duration.ofSeconds(7)),
                        Optional.of(first.times().created())));
        keyring.dropLeases();
        assertThat(keyring.state().leases()).isZero();
        assertThat(keyring.state().oldestLease()).isEmpty();
    }

    @Test
    void state_ofTwoLeases_tellsTheOlder() {
        keyring.writer(SSN);
        lifecycle.provide(NOTE, "main");
        pass(Duration.ofSeconds(3));
        keyring.writer(NOTE);
        assertThat(keyring.state().oldestLease()).contains(Duration.ofSeconds(3));
        assertThat(keyring.state().oldestKey()).contains(first.times().created());
    }

    @Test
    void state_whileTheKmsDoesNotAnswer_tellsHowLongItsKeysServe() {
        keyring.reader(first.keyId(), SSN);
        kms.fail(new UnavailableException("kms down"));
        pass(Duration.ofMinutes(49));
        keyring.reader(first.keyId(), SSN);
        background.runRefreshes();
        assertThat(keyring.counts().refreshesFailed()).isEqualTo(1);
        assertThat(keyring.state().inOutage()).isEqualTo(1);
        assertThat(keyring.state().untilOutageLimit())
                .contains(KeyringSettings.defaults().outageLimit().minusMinutes(49));

        pass(KeyringSettings.defaults().outageLimit());
        assertThat(keyring.state().lapsed()).isEqualTo(1);
        assertThat(keks.calls().get("main").trouble()).contains(FailureKind.UNAVAILABLE);

        kms.work();
        pass(Duration.ofSeconds(6));
        keyring.reader(first.keyId(), SSN);
        background.runRefreshes();
        assertThat(keyring.state().inOutage()).isZero();
        assertThat(keyring.state().lapsed()).isZero();
        assertThat(keks.calls().get("main").trouble()).isEmpty();
        assertThat(keyring.state().untilOutageLimit()).isEmpty();
        assertThat(keyring.counts().opened()).isEqualTo(2);
    }

    @Test
    void state_ofKeysThatMayNotServe_leavesThemOut() {
        keyring.reader(first.keyId(), SSN);
        pass(KeyringSettings.defaults().outageLimit());
        assertThat(keyring.state().opened()).isZero();
        assertThat(keyring.state().lapsed()).isZero();
    }

    @Test
    void calls_ofAKek_areCountedWithTheirFailures() {
        long before = keks.calls().get("main").answered();
        keyring.reader(first.keyId(), SSN);
        assertThat(keks.calls().get("main").answered()).isGreaterThan(before);
        assertThat(keks.calls().get("main").failed()).isZero();
        assertThat(keks.calls().get("main").time()).isPositive();
        keyring.forget();
        kms.fail(new DeniedException("no"));
        assertThatThrownBy(() -> keyring.reader(first.keyId(), SSN)).isInstanceOf(DeniedException.class);
        assertThat(keks.calls().get("main").failed()).isEqualTo(1);
    }

    @Test
    void kind_ofEveryFailure_isItsClass() {
        assertThatThrownBy(() -> keyring.writer(Scope.data(FieldId.of("patient.other"), TenantId.none())))
                .satisfies(e -> assertThat(FailureKind.of(e)).isEqualTo(FailureKind.KEY_UNKNOWN));
        assertThat(FailureKind.of(new DeniedException("no"))).isEqualTo(FailureKind.DENIED);
        assertThat(FailureKind.of(new UnavailableException("no"))).isEqualTo(FailureKind.UNAVAILABLE);
        assertThat(FailureKind.of(new IllegalStateException())).isEqualTo(FailureKind.OTHER);
    }
}
