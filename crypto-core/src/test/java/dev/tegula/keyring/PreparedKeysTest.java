package dev.tegula.keyring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.envelope.FieldId;
import dev.tegula.envelope.Scope;
import dev.tegula.envelope.TenantId;
import dev.tegula.failure.DeniedException;
import dev.tegula.failure.KeyUnknownException;
import dev.tegula.failure.UnavailableException;
import dev.tegula.kms.KekResult;
import dev.tegula.registry.KeyRow;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Keys that are opened, and made where they are missing, before the first values of their scopes. */
final class PreparedKeysTest extends KeyringLab {

    private final List<Integer> groups = new ArrayList<>();
    private final List<Integer> asked = new ArrayList<>();

    private static List<Scope> tenants(int many) {
        return IntStream.range(0, many)
                .mapToObj(i -> Scope.data(FieldId.of("many.field"), TenantId.of("t" + i)))
                .toList();
    }

    /** A keyring that makes what is missing, and notes how many it was asked for at once. */
    private Keyring making() {
        MissingKeys made = new MissingKeys() {
            @Override
            public KeyRow apply(Scope scope) {
                return lifecycle.provide(scope, "main");
            }

            @Override
            public List<KekResult<KeyRow>> all(List<Scope> scopes) {
                asked.add(scopes.size());
                return lifecycle.provideAll(scopes, scope -> "main");
            }
        };
        return new Keyring(
                registry,
                seal,
                wrapping,
                KeyringSettings.defaults(),
                made,
                "test",
                new SecureRandom(),
                nanos::get,
                new BackgroundByHand());
    }

    @Test
    void prepare_manyScopes_readsInGroupsAndAFirstWriteAsksNobody() {
        List<Scope> scopes = tenants(600);
        lifecycle.provideAll(scopes, scope -> "main");
        registry.beforeRound = group -> groups.add(group.size());

        keyring.prepare(scopes);

        assertThat(groups).containsExactly(256, 256, 88);
        int calls = kms.calls();
        registry.beforeActive = () -> {
            throw new UnavailableException("registry down");
        };
        scopes.forEach(keyring::writer);
        assertThat(kms.calls()).isEqualTo(calls);
        assertThat(registry.activeReads()).isZero();
        keyring.prepare(scopes);
    }

    @Test
    void prepare_scopesWithoutKeys_asksForThoseOfAGroupTogether() {
        List<Scope> scopes = tenants(300);
        KeyRow there = lifecycle.provide(scopes.get(7), "main");
        try (Keyring own = making()) {
            own.prepare(scopes);

            assertThat(asked).containsExactly(255, 44);
            assertThat(own.openKeys()).isEqualTo(300);
            assertThat(own.writer(scopes.get(7)).keyId()).isEqualTo(there.keyId());
            assertThat(registry.activeReads()).isZero();
        }
    }

    @Test
    void prepare_keysThatOnlyAnOperatorMakes_saysSoAndOpensTheOthers() {
        assertThatThrownBy(() -> keyring.prepare(List.of(NOTE, SSN))).isInstanceOf(KeyUnknownException.class);

        assertThat(keyring.openKeys()).isEqualTo(1);
        assertThat(keyring.leases()).isEqualTo(1);
        assertThat(stored.active(NOTE)).isEmpty();
    }

    @Test
    void prepare_kmsDenies_beginsNoOtherGroup() {
        List<Scope> scopes = tenants(600);
        lifecycle.provideAll(scopes, scope -> "main");
        registry.beforeRound = group -> groups.add(group.size());
        kms.fail(new DeniedException("denied"));

        assertThatThrownBy(() -> keyring.prepare(scopes)).isInstanceOf(DeniedException.class);

        assertThat(groups).containsExactly(256);
        assertThat(keyring.leases()).isZero();
    }

    @Test
    void prepare_rowThatDoesNotVerify_isNotOpenedAndTheOthersAre() {
        List<Scope> scopes = tenants(3);
        List<KeyRow> rows = lifecycle.provideAll(scopes, scope -> "main").stream()
                .map(KekResult::get)
                .toList();
        stored.change(change -> {
            KeyRow row = rows.get(1);
            change.update(
                    new KeyRow(
                            row.keyId(),
                            row.scope(),
                            row.version(),
                            row.suite(),
                            row.state(),
                            row.rev(),
                            row.provider(),
                            row.kekAlias(),
                            row.wrapped(),
                            row.times(),
                            rows.get(0).seal()),
                    row.rev());
            return row;
        });

        assertThatThrownBy(() -> keyring.prepare(scopes)).hasMessageContaining("does not carry a valid seal");

        assertThat(keyring.openKeys()).isEqualTo(2);
    }

    @Test
    void prepare_closedKeyring_opensNothing() {
        keyring.close();

        assertThatThrownBy(() -> keyring.prepare(List.of(SSN))).isInstanceOf(IllegalStateException.class);
        assertThat(keyring.openKeys()).isZero();
    }
}
