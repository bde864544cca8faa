package dev.tegula.keyring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.cipher.IndexMac;
import dev.tegula.envelope.FieldId;
import dev.tegula.envelope.KeyId;
import dev.tegula.envelope.Scope;
import dev.tegula.envelope.TenantId;
import dev.tegula.failure.IntegrityException;
import dev.tegula.failure.KeyUnknownException;
import dev.tegula.failure.UnavailableException;
import dev.tegula.registry.KeyRow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The keys under which blind indexes are looked for: how long they are believed, and from whom. */
final class LiveIndexKeysTest extends KeyringLab {

    private static final Scope INDEX = index("none");

    private final KeyRow one = lifecycle.provide(INDEX, "main");
    private final List<Scope> read = new ArrayList<>();

    private static Scope index(String tenant) {
        return Scope.index(FieldId.of("patient.ssn"), tenant.equals("none") ? TenantId.none() : TenantId.of(tenant));
    }

    @BeforeEach
    void note() {
        registry.beforeActiveOf = read::add;
    }

    private List<KeyId> readers() {
        return keyring.indexReaders(INDEX).stream().map(IndexMac::keyId).toList();
    }

    private KeyRow second() {
        return lifecycle.prepareNextIndex(INDEX, "main").row();
    }

    @Test
    void readers_withinTheLease_areReadOnce_andThenFollowAKeyThatWasMadeMeanwhile() {
        assertThat(readers()).containsExactly(one.keyId());
        assertThat(keyring.indexNext(INDEX)).as("while there is one").isEmpty();
        KeyRow second = second();
        pass(Duration.ofSeconds(60).minusNanos(1));
        assertThat(readers()).containsExactly(one.keyId());
        assertThat(read).hasSize(1);

        pass(Duration.ofNanos(1));

        assertThat(readers()).containsExactlyInAnyOrder(one.keyId(), second.keyId());
        assertThat(keyring.indexNext(INDEX).map(IndexMac::keyId)).contains(second.keyId());
        assertThat(read).hasSize(2);
    }

    /** A lease counts from before the question: what was true when it was answered may be older than that. */
    @Test
    void readers_whoseAnswerTookLong_areReadAgainThatMuchEarlier() {
        registry.beforeActiveOf = scope -> {
            read.add(scope);
            pass(Duration.ofSeconds(20));
        };
        readers();
        pass(Duration.ofSeconds(40));
        readers();

        assertThat(read).hasSize(2);
    }

    @Test
    void dropLeases_makesTheNextLookUpReadTheRegistry() {
        readers();
        KeyRow second = second();

        keyring.dropLeases();

        assertThat(readers()).contains(second.keyId());
    }

    @Test
    void readers_whileTheDatabaseIsDown_serveUntilTheWriteLimitThenFailThenRecover() {
        readers();
        registry.beforeActiveOf = scope -> {
            throw new UnavailableException("no database today");
        };
        pass(Duration.ofMinutes(3).minusNanos(1));
        assertThat(readers()).containsExactly(one.keyId());

        pass(Duration.ofNanos(1));

        assertThatThrownBy(this::readers).isInstanceOf(UnavailableException.class);
        registry.beforeActiveOf = read::add;
        assertThat(readers()).containsExactly(one.keyId());
    }

    @Test
    void readers_offeredARowThatWasEdited_areRefusedBeforeAnyUnwrap() {
        registry.replayed = versioned(one, 7);
        int before = kms.calls();

        assertThatThrownBy(this::readers)
                .isInstanceOf(IntegrityException.class)
                .hasMessageContaining("does not carry a valid seal");
        assertThat(kms.calls()).isEqualTo(before);
    }

    /** A genuine key of another field or tenant would find that one's values. */
    @Test
    void readers_offeredTheKeyOfAnotherTenant_areRefused() {
        registry.replayed = lifecycle.provide(index("other"), "main");

        assertThatThrownBy(this::readers)
                .isInstanceOf(IntegrityException.class)
                .hasMessageContaining("the registry answered with");
    }

    @Test
    void readers_ofTenantsWithoutAKey_keepNothing() {
        readers();
        for (int i = 0; i < 300; i++) {
            Scope nobody = index("nobody-" + i);
            assertThatThrownBy(() -> keyring.indexReaders(nobody)).isInstanceOf(KeyUnknownException.class);
        }
        assertThat(keyring.indexScopes()).isEqualTo(1);
    }

    @Test
    void readers_ofMoreScopesThanKeysAreKept_areBounded() {
        KeyringSettings standard = KeyringSettings.defaults();
        Keyring own = keyring(
                new KeyringSettings(
                        standard.cacheTtl(), standard.outageLimit(), standard.writeLease(), standard.writeLimit(), 10),
                new BackgroundByHand());
        try {
            for (int i = 0; i < 30; i++) {
                lifecycle.provide(index("tenant-" + i), "main");
                assertThat(own.indexReaders(index("tenant-" + i))).hasSize(1);
                assertThat(own.indexScopes()).isBetween(1, 11);
            }
        } finally {
            own.close();
        }
        assertThat(own.indexScopes()).isZero();
    }
}
