package dev.tegula.keyring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.envelope.FieldId;
import dev.tegula.envelope.Scope;
import dev.tegula.envelope.TenantId;
import dev.tegula.failure.KeyUnknownException;
import dev.tegula.failure.UnavailableException;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Keys that are opened before anybody asks for them. */
final class OpenAheadTest extends KeyringLab {

    private static final int FIELDS = 100;

    private final List<Scope> scopes = IntStream.range(0, FIELDS)
            .mapToObj(i -> Scope.data(FieldId.of("many.field" + i), TenantId.none()))
            .toList();

    private void provide() {
        scopes.forEach(scope -> lifecycle.provide(scope, "main"));
    }

    @Test
    void openAhead_manyScopes_firstWritesAskNeitherKmsNorRegistry() {
        provide();
        keyring.openAhead(scopes);
        assertThat(keyring.openKeys()).isZero();
        background.runRefreshes();
        int calls = kms.calls();
        registry.beforeActive = () -> {
            throw new UnavailableException("registry down");
        };

        scopes.forEach(keyring::writer);

        assertThat(kms.calls()).isEqualTo(calls);
        assertThat(keyring.leases()).isEqualTo(FIELDS);
    }

    @Test
    void openAhead_keyThatIsOpen_asksTheKmsForNone_andAfterItsLimitAgain() {
        keyring.reader(first.keyId(), SSN);
        int calls = kms.calls();
        keyring.openAhead(List.of(SSN));
        background.runRefreshes();
        assertThat(kms.calls()).isEqualTo(calls);
        assertThat(keyring.leases()).isEqualTo(1);

        keyring.dropLeases();
        pass(Duration.ofHours(5));
        keyring.openAhead(List.of(SSN));
        background.runRefreshes();
        assertThat(kms.calls()).isEqualTo(calls + 1);
    }

    @Test
    void openAhead_scopeWithoutAKey_makesNoneAndKeepsNothing() {
        keyring.openAhead(List.of(SSN, NOTE));
        background.runRefreshes();

        assertThat(keyring.leases()).isEqualTo(1);
        assertThat(stored.active(NOTE)).isEmpty();
        assertThatThrownBy(() -> keyring.writer(NOTE)).isInstanceOf(KeyUnknownException.class);
    }

    @Test
    void openAhead_kmsDown_theFirstWriteMeetsThatItself() {
        kms.fail(new UnavailableException("kms down"));
        keyring.openAhead(List.of(SSN));
        background.runRefreshes();

        assertThat(keyring.leases()).isZero();
        assertThatThrownBy(() -> keyring.writer(SSN)).isInstanceOf(UnavailableException.class);
        kms.fail(null);
        assertThat(keyring.writer(SSN)).isNotNull();
    }

    @Test
    void openAhead_registryDown_theFirstWriteReadsItself() {
        registry.beforeActive = () -> {
            throw new UnavailableException("registry down");
        };
        keyring.openAhead(List.of(SSN));
        background.runRefreshes();
        registry.beforeActive = () -> {};

        assertThat(keyring.writer(SSN)).isNotNull();
    }

    @Test
    void openAhead_closedKeyring_opensNothing() {
        keyring.openAhead(List.of(SSN));
        keyring.close();

        assertThat(background.waiting()).isZero();
        keyring.openAhead(List.of(SSN));
        assertThat(keyring.openKeys()).isZero();
    }

    @Test
    void openAhead_manyKeys_firstRefreshesAreSpreadOverTheirTime() {
        provide();
        keyring.openAhead(scopes);
        background.runRefreshes();

        List<Integer> due = Stream.of(10, 15, 10, 10)
                .map(minutes -> {
                    pass(Duration.ofMinutes(minutes));
                    stored.active(scopes).forEach(row -> keyring.reader(row.keyId(), row.scope()));
                    int waiting = background.waiting();
                    background.runRefreshes();
                    return waiting;
                })
                .toList();

        assertThat(due.get(0)).isZero();
        assertThat(due.subList(1, 4)).allSatisfy(some -> assertThat(some).isBetween(1, FIELDS - 1));
    }
}
