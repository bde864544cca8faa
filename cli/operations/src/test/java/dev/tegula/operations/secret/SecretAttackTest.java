package dev.tegula.operations.secret;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.Tegula;
import dev.tegula.failure.CannotOpenException;
import dev.tegula.failure.IntegrityException;
import dev.tegula.operations.live.LiveLab;
import dev.tegula.secret.SecretName;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What somebody can do who writes to the database, and holds no key. */
final class SecretAttackTest extends SecretLab {

    private static final String OF_KEY = " WHERE name = 'app/prod/stripe-key'";

    @Test
    void valueOfAnotherName_doesNotOpen() {
        put(KEY, "one");
        put(OTHER, "two");
        lab.sql("UPDATE tegula_secret_version SET value = (SELECT value FROM tegula_secret_version" + OF_KEY
                + ") WHERE name = 'app/prod/other'");

        assertThatThrownBy(() -> secrets.get(OTHER)).isInstanceOf(CannotOpenException.class);
        assertThat(text(KEY)).isEqualTo("one");
    }

    @Test
    void valueOfAnotherVersion_doesNotOpen() {
        put(KEY, "one");
        put(KEY, "two");
        lab.sql("UPDATE tegula_secret_version SET value = (SELECT value FROM tegula_secret_version WHERE version = 1)"
                + " WHERE version = 2");

        assertThatThrownBy(() -> secrets.get(KEY)).isInstanceOf(CannotOpenException.class);
        assertThatThrownBy(() -> secrets.rollback(KEY, 2, ALICE)).isInstanceOf(CannotOpenException.class);
    }

    @Test
    void valueOfAnotherNamespace_doesNotOpen() {
        put(KEY, "one");
        put(new SecretName("app/test/key"), "two");
        lab.sql(
                "UPDATE tegula_secret_version SET value = (SELECT value FROM tegula_secret_version WHERE name = 'app/test/key')"
                        + OF_KEY);

        assertThatThrownBy(() -> secrets.get(KEY)).isInstanceOf(CannotOpenException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "current_version = 1",
                "state = 'DELETED'",
                "rev = rev + 1",
                "expires_at = now() + interval '10 years'",
                "note = 'harmless'",
                "changed_at = now() + interval '1 day'",
                "seal = substring(sha256(seal) from 1 for 32)"
            })
    void rowOfASecret_editedByHand_isNotUsed(String edit) {
        put(KEY, "one");
        put(KEY, "two");
        put(OTHER, "three");
        lab.sql("UPDATE tegula_secret SET " + edit + OF_KEY);

        assertThatThrownBy(() -> secrets.get(KEY)).isInstanceOf(IntegrityException.class);
        assertThatThrownBy(() -> secrets.history(KEY)).isInstanceOf(IntegrityException.class);
        assertThatThrownBy(() -> put(KEY, "four")).isInstanceOf(IntegrityException.class);
        assertThat(secrets.list(Optional.empty()).unverified()).containsExactly(KEY.value());
        assertThat(secrets.list(Optional.empty()).secrets()).hasSize(1);
        assertThat(text(OTHER)).isEqualTo("three");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "created_by = 'mallory'",
                "created_at = now() + interval '1 day'",
                "copied_from = 1",
                "state = 'DESTROYED', value = NULL, destroyed_at = now(), destroyed_by = 'mallory'",
                "seal = substring(sha256(seal) from 1 for 32)"
            })
    void rowOfAVersion_editedByHand_isNotUsed(String edit) {
        put(KEY, "one");
        put(KEY, "two");
        lab.sql("UPDATE tegula_secret_version SET " + edit + " WHERE version = 2");

        assertThatThrownBy(() -> secrets.get(KEY)).isInstanceOf(IntegrityException.class);
        assertThatThrownBy(() -> secrets.history(KEY)).isInstanceOf(IntegrityException.class);
        assertThat(text(KEY, 1)).isEqualTo("one");
    }

    @Test
    void versionThatWasDestroyed_givenAValueAgainWithoutItsRow_isNotUsed() {
        put(KEY, "one");
        String value = lab.text("SELECT encode(value, 'hex') FROM tegula_secret_version");
        put(KEY, "two");
        secrets.destroy(KEY, 1, ALICE);
        lab.sql(
                "UPDATE tegula_secret_version SET state = 'HELD', destroyed_at = NULL, destroyed_by = NULL, value = '\\x"
                        + value + "' WHERE version = 1");

        assertThatThrownBy(() -> secrets.get(KEY, Optional.of(1L))).isInstanceOf(IntegrityException.class);
    }

    @Test
    void versionThatWasDeleted_isMissedAndNotTakenForAnother() {
        put(KEY, "one");
        put(KEY, "two");
        lab.sql("DELETE FROM tegula_secret_version WHERE version = 2");

        assertThatThrownBy(() -> secrets.get(KEY))
                .isInstanceOf(IntegrityException.class)
                .hasMessageContaining("Version 2");
        assertThatThrownBy(() -> secrets.history(KEY)).hasMessageContaining("at version 2");
        put(KEY, "three");
        assertThat(secrets.describe(KEY).current()).isEqualTo(3);
    }

    @Test
    void versionThatNobodyWrote_isInTheWayOfNothingElse_andIsNamed() {
        put(KEY, "one");
        lab.sql(
                "INSERT INTO tegula_secret_version SELECT name, 2, namespace, state, value, NULL, created_at, created_by, NULL,"
                        + " NULL, seal FROM tegula_secret_version");

        assertThatThrownBy(() -> put(KEY, "two"))
                .isInstanceOf(IntegrityException.class)
                .hasMessageContaining("row of version 2");
        assertThatThrownBy(() -> secrets.history(KEY)).isInstanceOf(IntegrityException.class);
        assertThat(text(KEY)).isEqualTo("one");
    }

    /** Both rows are genuine, and the older ones. */
    @Test
    void olderPairPutBack_isFoundByAProcessThatSawTheNewer_andByNoOther() {
        put(KEY, "leaked");
        lab.sql("CREATE TABLE kept AS SELECT * FROM tegula_secret");
        put(KEY, "rotated");
        lab.sql("DELETE FROM tegula_secret_version WHERE version = 2");
        lab.sql("UPDATE tegula_secret s SET (current_version, rev, changed_at, seal) = (SELECT current_version, rev,"
                + " changed_at, seal FROM kept k WHERE k.name = s.name)");

        assertThatThrownBy(() -> secrets.get(KEY))
                .isInstanceOf(IntegrityException.class)
                .hasMessageContaining("is at rev 1, but this process has seen it at rev 2");
        assertThatThrownBy(() -> put(KEY, "x")).isInstanceOf(IntegrityException.class);
        try (Tegula fresh = engine(LiveLab.shortLease(), "fresh")) {
            // What the page on secrets says: nothing but the audit trail could tell.
            assertThat(fresh.secrets().get(KEY).text()).isEqualTo("leaked");
        }
    }

    /** Nothing in a version's row says which of two secrets of one name it was made for: as the format and the page on secrets say. */
    @Test
    void versionOfASecretThatIsGone_putBackUnderANewOneOfItsName_isNotFound() {
        put(KEY, "leaked");
        put(KEY, "of the old one");
        lab.sql(
                "CREATE TABLE kept AS SELECT * FROM tegula_secret_version WHERE version = 1",
                "DELETE FROM tegula_secret_version",
                "DELETE FROM tegula_secret");
        try (Tegula fresh = engine(LiveLab.shortLease(), "fresh")) {
            fresh.secrets().put(KEY, bytes("new"), ALICE);
            fresh.secrets().put(KEY, bytes("newer"), ALICE);
            lab.sql(
                    "DELETE FROM tegula_secret_version WHERE version = 1",
                    "INSERT INTO tegula_secret_version SELECT * FROM kept");

            assertThat(fresh.secrets().get(KEY, Optional.of(1L)).text()).isEqualTo("leaked");
            assertThat(fresh.secrets().history(KEY).versions()).hasSize(2);
            assertThat(fresh.secrets().get(KEY).text()).isEqualTo("newer");
        }
    }

    /** The row and the value, genuine both; only the end of its key ends it. */
    @Test
    void destroyedVersion_putBackWithItsValue_opensAsLongAsItsKey() {
        put(KEY, "leaked");
        put(KEY, "rotated");
        lab.sql("CREATE TABLE kept AS SELECT * FROM tegula_secret_version WHERE version = 1");
        secrets.destroy(KEY, 1, ALICE);
        assertThatThrownBy(() -> secrets.get(KEY, Optional.of(1L))).hasMessageContaining("destroyed");

        lab.sql(
                "DELETE FROM tegula_secret_version WHERE version = 1",
                "INSERT INTO tegula_secret_version SELECT * FROM kept");

        assertThat(secrets.get(KEY, Optional.of(1L)).text()).isEqualTo("leaked");
    }

    @Test
    void secretWhoseRowsWereDeleted_isFoundByAProcessThatSawIt() {
        put(KEY, "one");
        lab.sql("DELETE FROM tegula_secret_version", "DELETE FROM tegula_secret");

        assertThatThrownBy(() -> secrets.get(KEY))
                .isInstanceOf(IntegrityException.class)
                .hasMessageContaining("is gone");
        assertThatThrownBy(() -> secrets.put(KEY, bytes("mine"), ALICE.ifVersion(0)))
                .isInstanceOf(IntegrityException.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "UPDATE tegula_secret SET name = 'app/test/key'|tegula_secret_namespace",
                "UPDATE tegula_secret_version SET namespace = 'app/prox'|tegula_secret_version_namespace",
                "UPDATE tegula_secret_version SET value = 'plain'|tegula_secret_version_value",
                "UPDATE tegula_secret_version SET value = NULL|tegula_secret_version_held",
                "UPDATE tegula_secret_version SET state = 'DESTROYED'|tegula_secret_version",
                "UPDATE tegula_secret SET rev = 0|tegula_secret_numbers"
            })
    void constraintsOfTheTables_refuseWhatNoRowOfTegulasIs(String sql, String constraint) {
        put(KEY, "one");

        assertThatThrownBy(() -> lab.sql(sql)).hasMessageContaining(constraint);
    }
}
