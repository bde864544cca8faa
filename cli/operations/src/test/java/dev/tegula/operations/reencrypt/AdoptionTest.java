package dev.tegula.operations.reencrypt;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.Context;
import dev.tegula.FieldCipher;
import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.RefusedException;
import dev.tegula.jdbc.AdoptionTrigger;
import dev.tegula.operations.live.LiveLab;
import dev.tegula.value.ValueType;
import java.util.ArrayList;
import java.util.Arrays;
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
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Values in clear go into the encrypted column beside them, while earlier and newer releases write. */
final class AdoptionTest {

    private static final int ROWS = 300;
    private static final int WRITERS = 4;
    private static final EncryptedColumn PHONE = LiveLab.column("owner.phone", "owner", "phone_encrypted", "id");

    private static LiveLab lab;
    private static FieldCipher<String> phone;
    private int toldBefore;

    @BeforeAll
    static void start() {
        lab = LiveLab.start();
        phone = lab.field("owner.phone");
    }

    @BeforeEach
    void table() {
        toldBefore = told().size();
        lab.sql(
                "DROP TABLE IF EXISTS owner, typed, calls CASCADE",
                "DROP FUNCTION IF EXISTS tegula_adopt_owner_phone_encrypted, tegula_adopt_typed_encrypted",
                "DROP PUBLICATION IF EXISTS phones",
                "CREATE TABLE owner (id bigint PRIMARY KEY, phone text, phone_encrypted bytea, tenant text)",
                "INSERT INTO owner SELECT i, 'phone-' || i, NULL, 't' || i % 2 FROM generate_series(1, " + ROWS
                        + ") i");
        envelope("the first key is there");
    }

    @AfterAll
    static void stop() {
        lab.close();
    }

    private static byte[] envelope(String value) {
        byte[] envelope = phone.encrypt(value, Context.noTenant());
        assertThat(envelope).isNotNull();
        return envelope;
    }

    private @Nullable String stored(long id) {
        return phone.decrypt(lab.bytes("SELECT phone_encrypted FROM owner WHERE id = " + id), Context.noTenant());
    }

    private Adoption adoption() {
        return new Adoption(lab.database, lab.tegula, SweepSettings.standard().withBatchRows(20));
    }

    private PlainColumn column() {
        return PlainColumn.of(lab.tegula, PHONE, "phone");
    }

    private BackfillReport fill() {
        return adoption().fill(column(), Set.of(), new RunControl(), ProgressListener.none());
    }

    private BackfillReport verify() {
        return adoption().verify(column(), new RunControl(), ProgressListener.none());
    }

    private BackfillReport seal() {
        return adoption().seal(column(), new RunControl(), ProgressListener.none());
    }

    private static BackfillReport sound(int rows) {
        return new BackfillReport(0, rows, List.of(), List.of(), List.of(), List.of(), 0, true);
    }

    /** The steps of all tests so far. */
    private List<String> told() {
        return Arrays.stream(lab.text("SELECT coalesce(string_agg(action, ' ' ORDER BY seq), '') FROM tegula_audit"
                                + " WHERE action LIKE 'tegula.adoption%'")
                        .split(" "))
                .filter(action -> !action.isEmpty())
                .toList();
    }

    private List<String> toldNow() {
        List<String> all = told();
        return all.subList(toldBefore, all.size());
    }

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
                        + " ADD COLUMN phone_encrypted bytea NOT NULL DEFAULT ''"
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

    @Test
    void seal_whenAllSaysTheSame_emptiesTheColumnAndRefusesWhoWritesIt() {
        fill();

        BackfillReport sealed = seal();

        assertThat(sealed.filled()).isEqualTo(ROWS);
        assertThat(sealed.clean()).isTrue();
        assertThat(lab.number("SELECT count(phone) FROM owner")).isZero();
        assertThat(lab.number("SELECT count(phone_encrypted) FROM owner")).isEqualTo(ROWS);
        assertThat(stored(7)).isEqualTo("phone-7");
        assertThatThrownBy(() -> lab.update("UPDATE owner SET phone = 'x' WHERE id = 1"))
                .hasMessageContaining("tegula_sealed_phone");
        assertThat(lab.number("SELECT count(*) FROM pg_stats WHERE attname = 'phone' AND null_frac < 1"))
                .isZero();
        assertThat(seal().filled()).isZero();
        assertThat(toldNow()).endsWith("tegula.adoption.empty", "tegula.adoption.seal");
        assertThatThrownBy(this::fill).isInstanceOfSatisfying(RefusedException.class, e -> assertThat(e.code())
                .isEqualTo("adoption-sealed"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ALTER TABLE owner ALTER phone SET NOT NULL | NOT NULL
            ALTER TABLE owner ALTER phone SET DEFAULT '-' | default value
            CREATE INDEX by_phone ON owner (phone) | index by_phone
            CREATE INDEX by_phone ON owner (lower(phone)) | index by_phone
            CREATE VIEW phones AS SELECT phone FROM owner | view phones
            ALTER TABLE owner ADD CHECK (phone <> '') | constraint owner_phone_check
            ALTER TABLE owner ADD digits text GENERATED ALWAYS AS (replace(phone, ' ', '')) STORED | digits
            ALTER TABLE owner ADD UNIQUE (phone) | constraint owner_phone_key
            CREATE POLICY mine ON owner USING (phone = current_user) | policy mine
            CREATE PUBLICATION phones FOR TABLE owner (id, phone) | publication
            CREATE TABLE calls (phone text REFERENCES owner (phone)) | calls
            """)
    void seal_whileSomethingStandsOnTheColumn_isRefused(String sql, String named) {
        if (sql.contains("REFERENCES")) {
            lab.sql("ALTER TABLE owner ADD UNIQUE (phone)");
        }
        lab.sql(sql);
        fill();

        assertThatThrownBy(this::seal).isInstanceOfSatisfying(RefusedException.class, e -> {
            assertThat(e.code()).isEqualTo("adoption-in-the-way");
            assertThat(e).hasMessageContaining(named);
        });
        assertThat(lab.number("SELECT count(phone) FROM owner")).isEqualTo(ROWS);
    }

    @Test
    void seal_withARowThatDiffers_changesNothing() throws Exception {
        fill();
        lab.update("UPDATE owner SET phone = 'another' WHERE id = 9");

        BackfillReport refused = seal();

        assertThat(refused.missing()).containsExactly("id=9");
        assertThat(refused.filled()).isZero();
        assertThat(lab.number("SELECT count(phone) FROM owner")).isEqualTo(ROWS);
    }

    @Test
    void seal_beforeItsTrigger_isRefused() {
        assertThatThrownBy(this::seal).isInstanceOfSatisfying(RefusedException.class, e -> assertThat(e.code())
                .isEqualTo("adoption-not-begun"));
    }

    /** Half the rows are empty then, which a comparison would take for a difference. */
    @Test
    void seal_stoppedOnTheWay_isResumedByRunningItAgain() {
        fill();
        RunControl control = new RunControl();
        Adoption slow =
                new Adoption(lab.database, lab.tegula, SweepSettings.standard().withBatchRows(1));
        BackfillReport stopped = slow.seal(column(), control, progress -> {
            if (lab.number("SELECT count(phone) FROM owner") < ROWS) {
                control.stop();
            }
        });
        assertThat(stopped.complete()).isFalse();
        assertThat(lab.number("SELECT count(phone) FROM owner")).isBetween(1L, ROWS - 1L);
        assertThatThrownBy(this::fill).isInstanceOfSatisfying(RefusedException.class, e -> assertThat(e.code())
                .isEqualTo("adoption-sealing"));

        assertThat(seal().clean()).isTrue();
        assertThat(lab.number("SELECT count(phone) FROM owner")).isZero();
        assertThat(stored(ROWS)).isEqualTo("phone-" + ROWS);
    }

    /** It writes between the two looks of the command; its value is the only one, so it stays, and the next run seals it too. */
    @Test
    void seal_besideAReleaseThatStillWritesIt_isRefusedAndLosesNothing() throws Exception {
        fill();
        AtomicBoolean once = new AtomicBoolean(true);
        ProgressListener earlierRelease = progress -> {
            if (lab.number("SELECT count(phone) FROM owner") == 0 && once.getAndSet(false)) {
                lab.sql("UPDATE owner SET phone = 'late' WHERE id = 1");
            }
        };

        assertThatThrownBy(() -> adoption().seal(column(), new RunControl(), earlierRelease))
                .isInstanceOfSatisfying(
                        RefusedException.class, e -> assertThat(e.code()).isEqualTo("adoption-written"));

        assertThat(lab.text("SELECT phone FROM owner WHERE id = 1")).isEqualTo("late");
        lab.sql("ALTER TABLE owner ADD CONSTRAINT tegula_sealed_phone CHECK (phone IS NULL) NOT VALID");
        assertThat(seal().clean()).isTrue();
        assertThat(stored(1)).isEqualTo("late");
    }

    @Test
    void leave_beforeTheSeal_removesTheTriggerAlone() {
        fill();
        adoption().leave(column(), new RunControl());

        assertThat(adoption().facts(column()).guarded()).isFalse();
        assertThat(lab.number("SELECT count(phone_encrypted) FROM owner")).isEqualTo(ROWS);
        assertThat(lab.number("SELECT count(*) FROM pg_proc WHERE proname LIKE 'tegula_adopt%'"))
                .isZero();
        assertThat(toldNow()).endsWith("tegula.adoption.end", "tegula.adoption.leave");

        fill();
        seal();
        assertThatThrownBy(() -> adoption().leave(column(), new RunControl())).isInstanceOf(RefusedException.class);
    }
}
