package dev.tegula.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.envelope.FieldId;
import dev.tegula.envelope.Scope;
import dev.tegula.envelope.TenantId;
import dev.tegula.registry.KeyRow;
import dev.tegula.registry.KeyState;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Version;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.hibernate.annotations.DynamicUpdate;
import org.junit.jupiter.api.Test;

/** No code path writes an envelope that was read, and nothing is encrypted that is not written. */
final class UpdateTest {

    @Entity(name = "Account")
    static class Account {
        @Id
        Long id;

        @Version
        int version;

        String name;

        @Encrypted("account.iban")
        String iban;

        @Encrypted("account.limits")
        Map<String, Integer> limits;
    }

    @Entity(name = "Dynamic")
    @DynamicUpdate
    static class Dynamic {
        @Id
        Long id;

        String name;

        @Encrypted("dynamic.iban")
        String iban;
    }

    @Test
    void flush_withoutAChange_encryptsNothing() {
        try (Fixture fixture = Fixture.of(Account.class)) {
            fixture.save(account());

            fixture.run(session -> {
                assertThat(session.find(Account.class, 1L).limits).containsEntry("day", 100);
                fixture.tegula().close();
                assertThatCode(session::flush).doesNotThrowAnyException();
                session.find(Account.class, 1L).iban = "FR76";
                assertThatThrownBy(session::flush).isNotNull();
                session.clear();
            });
        }
    }

    @Test
    void update_ofAnotherColumn_writesAFreshEnvelopeUnderTheActiveKey() {
        try (Fixture fixture = Fixture.of(Account.class)) {
            fixture.save(account());
            byte[] before = fixture.database().bytes("select iban from account");
            rotate(fixture, "account.iban");

            fixture.run(session -> session.find(Account.class, 1L).name = "changed");

            byte[] after = fixture.database().bytes("select iban from account");
            assertThat(keyId(after)).isNotEqualTo(keyId(before));
            assertThat(fixture.call(session -> session.find(Account.class, 1L)).iban)
                    .isEqualTo("DE89");
        }
    }

    @Test
    void update_withDynamicUpdate_leavesTheColumnOut() {
        try (Fixture fixture = Fixture.of(Dynamic.class)) {
            Dynamic dynamic = new Dynamic();
            dynamic.id = 1L;
            dynamic.iban = "DE89";
            fixture.save(dynamic);
            byte[] before = fixture.database().bytes("select iban from dynamic");

            fixture.run(session -> session.find(Dynamic.class, 1L).name = "changed");

            assertThat(fixture.database().bytes("select iban from dynamic")).isEqualTo(before);
        }
    }

    @Test
    void update_twice_neverRepeatsAnEnvelope() {
        try (Fixture fixture = Fixture.of(Account.class)) {
            fixture.save(account());
            byte[] first = fixture.database().bytes("select iban from account");
            fixture.run(session -> session.find(Account.class, 1L).name = "one");
            byte[] second = fixture.database().bytes("select iban from account");

            assertThat(Arrays.copyOfRange(second, 34, second.length))
                    .isNotEqualTo(Arrays.copyOfRange(first, 34, first.length));
        }
    }

    @Test
    void merge_ofADetachedEntity_storesItsValueAndKeepsTheVersion() {
        try (Fixture fixture = Fixture.of(Account.class)) {
            fixture.save(account());
            Account detached = fixture.call(session -> session.find(Account.class, 1L));
            detached.iban = "FR76";

            fixture.run(session -> session.merge(detached));

            Account found = fixture.call(session -> session.find(Account.class, 1L));
            assertThat(found.iban).isEqualTo("FR76");
            assertThat(found.version).isEqualTo(1);
        }
    }

    @Test
    void merge_ofAnUnchangedEntity_writesNothing() {
        try (Fixture fixture = Fixture.of(Account.class)) {
            fixture.save(account());
            Account detached = fixture.call(session -> session.find(Account.class, 1L));
            byte[] before = fixture.database().bytes("select iban from account");

            fixture.run(session -> session.merge(detached));

            assertThat(fixture.database().bytes("select iban from account")).isEqualTo(before);
        }
    }

    @Test
    void reencryptedRow_underALoadedEntity_doesNotDisturbItsUpdate() {
        try (Fixture fixture = Fixture.of(Account.class)) {
            fixture.save(account());
            var cipher = fixture.tegula().field("account.iban", String.class);
            String fresh = java.util.HexFormat.of().formatHex(cipher.encrypt("DE89", dev.tegula.Context.noTenant()));

            fixture.run(session -> {
                Account loaded = session.find(Account.class, 1L);
                fixture.database().execute("update account set iban = '\\x" + fresh + "'");
                loaded.name = "changed";
            });

            Account found = fixture.call(session -> session.find(Account.class, 1L));
            assertThat(found.name).isEqualTo("changed");
            assertThat(found.iban).isEqualTo("DE89");
        }
    }

    @Test
    void statelessSession_insertUpdateUpsert_encrypts() {
        try (Fixture fixture = Fixture.of(Account.class)) {
            fixture.sessions().inStatelessTransaction(session -> {
                session.insert(account());
                Account found = session.get(Account.class, 1L);
                found.iban = "FR76";
                session.update(found);
            });
            assertThat(fixture.call(session -> session.find(Account.class, 1L)).iban)
                    .isEqualTo("FR76");

            fixture.sessions().inStatelessTransaction(session -> {
                Dynamic unused = new Dynamic();
                Account found = session.get(Account.class, 1L);
                found.iban = "IT60";
                session.upsert(found);
                assertThat(unused.iban).isNull();
            });
            assertThat(fixture.call(session -> session.find(Account.class, 1L)).iban)
                    .isEqualTo("IT60");
            assertThat(fixture.database().dump()).doesNotContain("IT60", "FR76");
        }
    }

    @Test
    void violationOfAFence_isRecognised() {
        try (Fixture fixture = Fixture.of(Account.class)) {
            fixture.save(account());
            String retired = keyId(fixture.database().bytes("select iban from account"));
            fixture.database()
                    .execute("alter table account add constraint tegula_fence_iban check"
                            + " (substring(iban from 3 for 32) <> '\\x" + retired + "'::bytea) not valid");

            assertThatThrownBy(() -> fixture.run(session -> session.find(Account.class, 1L).iban = "FR76"))
                    .satisfies(failure ->
                            assertThat(fixture.tegula().fenced(failure)).isTrue());
            rotate(fixture, "account.iban");
            fixture.run(session -> session.find(Account.class, 1L).iban = "FR76");

            assertThat(fixture.call(session -> session.find(Account.class, 1L)).iban)
                    .isEqualTo("FR76");
        }
    }

    private static String keyId(byte[] envelope) {
        return java.util.HexFormat.of().formatHex(envelope, 2, 34);
    }

    private static void rotate(Fixture fixture, String field) {
        var lifecycle = fixture.tegula().lifecycle(row -> {
            throw new IllegalStateException("nothing is retired here");
        });
        KeyRow next = lifecycle.create(Scope.data(FieldId.of(field), TenantId.none()), "main");
        lifecycle.backup(java.util.List.of(next.keyId()), rows -> {});
        assertThat(lifecycle.activate(next.keyId()).state()).isEqualTo(KeyState.ACTIVE);
        fixture.tegula().keyring().dropLeases();
    }

    private static Account account() {
        Account account = new Account();
        account.id = 1L;
        account.name = "Ada";
        account.iban = "DE89";
        account.limits = new TreeMap<>(Map.of("day", 100));
        return account;
    }
}
