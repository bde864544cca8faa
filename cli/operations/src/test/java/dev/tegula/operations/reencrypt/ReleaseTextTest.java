package dev.tegula.operations.reencrypt;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Columns that keep a text otherwise than it was, or take another one for the same. */
final class ReleaseTextTest extends AdoptionLab {

    @BeforeEach
    void encrypted() throws SQLException {
        lab.sql("DELETE FROM owner WHERE id > 20", "UPDATE owner SET phone = NULL");
        for (long id = 1; id <= 20; id++) {
            alone(id, "phone-" + id);
        }
    }

    private static void alone(long id, String value) throws SQLException {
        lab.update("UPDATE owner SET phone_encrypted = ? WHERE id = " + id, (Object) envelope(value));
    }

    private Release release() {
        return new Release(lab.database, lab.tegula, SweepSettings.standard());
    }

    private BackfillReport give() {
        return release().fill(column(), Set.of(), new RunControl(), ProgressListener.none());
    }

    private BackfillReport fence() {
        return release().fence(column(), Set.of(), new RunControl(), ProgressListener.none());
    }

    private BackfillReport end() {
        return release().end(column(), new RunControl(), ProgressListener.none());
    }

    private static String inClear(long id) {
        return lab.text("SELECT phone FROM owner WHERE id = " + id);
    }

    /** PostgreSQL refuses a text that is too long, but not one whose spaces at the end it can cut off. */
    @ParameterizedTest
    @ValueSource(strings = {"varchar(10)", "char(10)", "ten"})
    void fill_textWhoseSpacesWouldBeCutOff_leavesItAndHoldsTheFence(String type) throws SQLException {
        lab.sql(
                "DROP DOMAIN IF EXISTS ten",
                "CREATE DOMAIN ten AS varchar(10)",
                "ALTER TABLE owner ALTER phone TYPE " + type);
        alone(1, "0123456789  ");

        BackfillReport given = give();

        assertThat(given.wrong()).isEmpty();
        assertThat(given.missing()).containsExactly("id=1");
        assertThat(given.filled()).isEqualTo(19);
        assertThat(fence().clean()).isFalse();
        assertThat(stored(1)).isEqualTo("0123456789  ");
        lab.sql("ALTER TABLE owner ALTER phone TYPE text");
        assertThat(fence().clean()).isTrue();
        assertThat(inClear(1)).isEqualTo("0123456789  ");
    }

    /** Where texts of different bytes are equal, a change is one all the same. */
    @Test
    void release_toAColumnOfANondeterministicCollation_losesNoChange() {
        lab.sql(
                "CREATE COLLATION IF NOT EXISTS loose (provider = icu, locale = 'und-u-ks-level2', deterministic = false)",
                "ALTER TABLE owner ALTER phone TYPE text COLLATE loose");
        give();
        fence();
        lab.sql("UPDATE owner SET phone = 'PHONE-1' WHERE id = 1");
        assertThat(lab.bytes("SELECT phone_encrypted FROM owner WHERE id = 1"))
                .as("fenced")
                .isNull();
        assertThat(end().clean()).isTrue();
        lab.sql("UPDATE owner SET phone = 'PHONE-2' WHERE id = 2");
        assertThat(lab.bytes("SELECT phone_encrypted FROM owner WHERE id = 2"))
                .as("ended")
                .isNull();

        fill();
        lab.sql("UPDATE owner SET phone = 'PHONE-3' WHERE id = 3");
        assertThat(lab.bytes("SELECT phone_encrypted FROM owner WHERE id = 3"))
                .as("adopted")
                .isNull();
    }
}
