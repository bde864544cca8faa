package dev.tegula.operations.reencrypt;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.Context;
import dev.tegula.FieldCipher;
import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.jdbc.AdoptionTrigger;
import dev.tegula.operations.live.LiveLab;
import dev.tegula.value.ValueType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Values in clear go into the encrypted column beside them, while earlier and newer releases write. */
final class AdoptionTest extends AdoptionLab {

    private static final int WRITERS = 4;

    @Test
    void fill_rowsOfBefore_getTheirEnvelopes() {
        lab.sql("UPDATE owner SET phone = NULL WHERE id = 3");

        BackfillReport filled = fill();

        assertThat(filled.filled()).isEqualTo(ROWS - 1);
        assertThat(filled.clean()).isTrue();
        assertThat(stored(7)).isEqualTo("phone-7");
        assertThat(lab.bytes("SELECT phone_encrypted FROM owner WHERE id = 3")).isNull();
        assertThat(verify()).isEqualTo(sound(ROWS - 1));
        assertThat(fill().filled()).isZero();
        assertThat(toldNow()).containsExactly("tegula.adoption.guard", "tegula.adoption.begin", "tegula.adoption.end");
    }

    /** What an earlier release writes is the truth: the envelope beside it goes, and the next run fills it in. */
    @Test
    void guard_valueInClearChangedAlone_emptiesTheOther() throws Exception {
        fill();

        lab.sql("UPDATE owner SET phone = 'new' WHERE id = 5", "UPDATE owner SET tenant = 'other' WHERE id = 6");
        lab.update("UPDATE owner SET phone = 'both', phone_encrypted = ? WHERE id = 7", envelope("both"));
        lab.update("UPDATE owner SET phone = NULL WHERE id = 8");

        BackfillReport verified = verify();
        assertThat(verified.missing()).containsExactly("id=5");
        assertThat(verified.sound()).isEqualTo(ROWS - 2);
        assertThat(lab.bytes("SELECT phone_encrypted FROM owner WHERE id = 8")).isNull();
        assertThat(stored(6)).isEqualTo("phone-6");
        assertThat(fill().filled()).isEqualTo(1);
        assertThat(stored(5)).isEqualTo("new");
        assertThat(verify()).isEqualTo(sound(ROWS - 1));
    }

    @Test
    void fill_besideEarlierAndNewerReleases_losesNoWrite() throws Exception {
        Map<Long, String> written = new ConcurrentHashMap<>();
        AtomicBoolean go = new AtomicBoolean(true);
        AtomicBoolean guarded = new AtomicBoolean();
        ExecutorService threads = Executors.newFixedThreadPool(WRITERS);
        try {
            List<Future<@Nullable Void>> writers = new ArrayList<>();
            for (int w = 0; w < WRITERS; w++) {
                long first = w;
                writers.add(threads.submit(() -> write(first, written, guarded, go)));
            }
            fill();
            guarded.set(true);
            fill();
            go.set(false);
            for (Future<@Nullable Void> writer : writers) {
                writer.get();
            }
        } finally {
            go.set(false);
            threads.shutdownNow();
        }

        assertThat(fill().clean()).isTrue();
        assertThat(verify()).isEqualTo(sound(ROWS));
        assertThat(written).hasSizeGreaterThanOrEqualTo(WRITERS);
        written.forEach((id, value) -> assertThat(stored(id)).isEqualTo(value));
    }

    /**
     * Each writer has rows of its own, and writes them in turn as the release that writes both, as the mapping that does, which starts
     * only where the trigger is, and as the one before.
     */
    private @Nullable Void write(long first, Map<Long, String> written, AtomicBoolean guarded, AtomicBoolean go)
            throws Exception {
        for (long n = 0; n == 0 || go.get(); n++) {
            long id = 1 + first + WRITERS * (n % (ROWS / WRITERS));
            String value = "written " + id + " " + n;
            if (n % 3 == 0) {
                lab.update("UPDATE owner SET phone = ?, phone_encrypted = ? WHERE id = ?", value, envelope(value), id);
            } else if (n % 3 == 1 && guarded.get()) {
                byte[] pair = AdoptionTrigger.pair(envelope(value), value.getBytes(UTF_8));
                lab.update("UPDATE owner SET phone_encrypted = ? WHERE id = ?", pair, id);
            } else {
                lab.update("UPDATE owner SET phone = ? WHERE id = ?", value, id);
            }
            written.put(id, value);
        }
        return null;
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            text             | STRING          | 'Zürich'                          | ' '
            varchar(20)      | STRING          | 'a'                               | ''
            char(4)          | STRING          | 'ab'                              | 'abcd'
            bytea            | BYTES           | '\\x00ff'                         | '\\x'
            boolean          | BOOLEAN         | true                              | false
            smallint         | I16             | -32768                            | 7
            integer          | I32             | 2147483647                        | -1
            integer          | I64             | 5                                 | -6
            bigint           | I64             | 9223372036854775807               | 0
            numeric          | DECIMAL         | 1.50                              | -1e30
            numeric(40)      | BIG_INTEGER     | 123456789012345678901234567890    | -1
            real             | FLOAT32         | 0.1                               | '-Infinity'
            double precision | FLOAT64         | 0.30000000000000004               | 'NaN'
            uuid             | UUID            | '6f1d5f8e-43a1-4a52-b2a5-0123456789ab' | '00000000-0000-0000-0000-000000000000'
            date             | LOCAL_DATE      | '2024-02-29'                      | '0001-01-01'
            time             | LOCAL_TIME      | '23:59:59.999999'                 | '00:00'
            timestamp        | LOCAL_DATE_TIME | '2024-02-29 12:00'                | '1969-12-31 23:59:59.5'
            timestamptz      | INSTANT         | '2024-02-29 12:00:00.000001+05:30' | '1900-01-01 00:00:00+00'
            """)
    void fill_ofEachType_isTheValueOfTheColumn(String sqlType, ValueType type, String one, String other) {
        lab.sql(
                "CREATE TABLE typed (id int PRIMARY KEY, plain " + sqlType + ", encrypted bytea)",
                "INSERT INTO typed VALUES (1, " + literal(one) + ", NULL), (2, " + literal(other)
                        + ", NULL), (3, NULL, NULL)");
        PlainColumn column = PlainColumn.of(
                lab.tegula, EncryptedColumn.of("typed.value", "public.typed.encrypted", type, "id"), "plain");

        assertThat(adoption()
                        .fill(column, Set.of(), new RunControl(), ProgressListener.none())
                        .filled())
                .isEqualTo(2);
        assertThat(adoption().verify(column, new RunControl(), ProgressListener.none()))
                .isEqualTo(sound(2));

        lab.sql(
                "ALTER TABLE typed DISABLE TRIGGER USER",
                "UPDATE typed SET plain = " + literal(other) + " WHERE id = 1");
        assertThat(adoption()
                        .verify(column, new RunControl(), ProgressListener.none())
                        .wrong())
                .containsExactly("id=1");
    }

    private static String literal(String value) {
        return value.matches("true|false|-?[0-9.e]+") ? value : "'" + value + "'";
    }

    @Test
    void verify_columnsThatDiffer_namesTheRows() throws Exception {
        fill();
        lab.sql("ALTER TABLE owner DISABLE TRIGGER USER");
        lab.update("UPDATE owner SET phone = NULL WHERE id = 1");
        lab.update("UPDATE owner SET phone = 'Phone-2' WHERE id = 2");
        lab.update("UPDATE owner SET phone_encrypted = NULL WHERE id = 3");
        lab.update("UPDATE owner SET phone_encrypted = ? WHERE id = 4", new byte[] {1, 2, 3});

        BackfillReport verified = verify();

        assertThat(verified.wrong()).containsExactly("id=1", "id=2");
        assertThat(verified.missing()).containsExactly("id=3");
        assertThat(verified.unreadable()).containsExactly("id=4");
        assertThat(verified.left()).isEqualTo(4);
        assertThat(verified.sound()).isEqualTo(ROWS - 4);
    }

    @Test
    void fill_valueThatJavaDoesNotHave_isNamedAndLeft() {
        lab.sql(
                "CREATE TABLE typed (id int PRIMARY KEY, plain timestamptz, encrypted bytea)",
                "INSERT INTO typed VALUES (1, 'infinity', NULL), (2, now(), NULL)");
        PlainColumn column = PlainColumn.of(
                lab.tegula,
                EncryptedColumn.of("typed.value", "public.typed.encrypted", ValueType.INSTANT, "id"),
                "plain");

        BackfillReport filled = adoption().fill(column, Set.of(), new RunControl(), ProgressListener.none());

        assertThat(filled.filled()).isEqualTo(1);
        assertThat(filled.unreadable()).containsExactly("id=1");
        assertThat(filled.clean()).isFalse();
    }

    @Test
    void fill_withAKeyForEachTenant_takesThatOfTheRow() throws Exception {
        EncryptedColumn perTenant =
                LiveLab.column("owner.tenant_phone", "owner", "phone_encrypted", Optional.of("tenant"), "id");
        FieldCipher<String> ofTenants = lab.tenantField("owner.tenant_phone");
        ofTenants.encrypt("key", Context.tenant("t0"));
        ofTenants.encrypt("key", Context.tenant("t1"));
        PlainColumn column = PlainColumn.of(lab.tegula, perTenant, "phone");

        adoption().fill(column, Set.of(), new RunControl(), ProgressListener.none());

        assertThat(adoption().verify(column, new RunControl(), ProgressListener.none()))
                .isEqualTo(sound(ROWS));
        assertThat(ofTenants.decrypt(lab.bytes("SELECT phone_encrypted FROM owner WHERE id = 5"), Context.tenant("t1")))
                .isEqualTo("phone-5");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ALTER TABLE owner DROP COLUMN phone",
                "ALTER TABLE owner ALTER phone TYPE xml USING phone::xml",
                "ALTER TABLE owner ALTER phone_encrypted SET DEFAULT '', DROP COLUMN phone_encrypted,"
                        + " ADD COLUMN phone_encrypted bytea NOT NULL DEFAULT ''",
                "DROP DOMAIN IF EXISTS sealed; CREATE DOMAIN sealed AS bytea NOT NULL; DELETE FROM owner;"
                        + " ALTER TABLE owner ALTER phone_encrypted TYPE sealed"
            })
    void fill_columnsThatAreNotAsTheyShould_isRefused(String sql) {
        lab.sql(sql);
        if (sql.endsWith("''")) {
            lab.sql("DELETE FROM owner");
        }
        assertThatThrownBy(this::fill)
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("phone");
    }
}
