package dev.tegula.operations.reencrypt;

import static dev.tegula.operations.live.LiveLab.column;
import static dev.tegula.operations.live.LiveLab.move;
import static dev.tegula.operations.live.LiveLab.scope;
import static dev.tegula.operations.live.LiveLab.spec;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.Context;
import dev.tegula.FieldCipher;
import dev.tegula.envelope.FieldId;
import dev.tegula.envelope.KeyId;
import dev.tegula.envelope.Scope;
import dev.tegula.envelope.TenantId;
import dev.tegula.operations.live.LiveLab;
import dev.tegula.operations.reencrypt.VerifyReport.BadValue;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Paging by every kind of key, in small pages and several ranges, so that each bound is crossed. */
final class KeyPagingTest {

    private static final int ROWS = 120;
    private static final SweepSettings SMALL = SweepSettings.standard().withBatchRows(7);

    private static LiveLab lab;
    private static int tables;

    @BeforeAll
    static void start() {
        lab = LiveLab.start();
        lab.sql(
                "CREATE DOMAIN named AS varchar(20) COLLATE \"C\"",
                "CREATE DOMAIN renamed AS named",
                "CREATE DOMAIN numbered AS int");
    }

    @AfterAll
    static void stop() {
        lab.close();
    }

    static Stream<Arguments> keys() {
        return Stream.of(
                Arguments.of("k bigint PRIMARY KEY", "g", List.of("k")),
                Arguments.of("k uuid PRIMARY KEY", "gen_random_uuid()", List.of("k")),
                Arguments.of(
                        "k text PRIMARY KEY",
                        "CASE WHEN g % 2 = 0 THEN 'Ä' || g ELSE 'it''s, \"q\" \\ {' || g END",
                        List.of("k")),
                Arguments.of("k varchar(20) PRIMARY KEY", "'Z' || g", List.of("k")),
                Arguments.of("k char(12) PRIMARY KEY", "'c' || g", List.of("k")),
                Arguments.of("k numeric(20, 4) PRIMARY KEY", "g * 1.5", List.of("k")),
                Arguments.of("k timestamptz PRIMARY KEY", "now() - g * interval '1.000001 s'", List.of("k")),
                Arguments.of("k float8 PRIMARY KEY", "g / 3.0", List.of("k")),
                Arguments.of("k bytea PRIMARY KEY", "sha256(g::text::bytea)", List.of("k")),
                Arguments.of(
                        "k date, j smallint, PRIMARY KEY (k, j)", "current_date - g / 10, g % 10", List.of("k", "j")),
                Arguments.of(
                        "k uuid, j text, i int, PRIMARY KEY (j, i, k)",
                        "gen_random_uuid(), 'x' || g % 3, g % 5",
                        List.of("k", "j", "i")),
                Arguments.of("k renamed COLLATE \"POSIX\" PRIMARY KEY", "'Z' || g", List.of("k")),
                Arguments.of("k numbered PRIMARY KEY", "g - 50", List.of("k")),
                Arguments.of("k bigint NOT NULL UNIQUE, j int DEFAULT 1", "g, 1", List.of()),
                Arguments.of("\"weird \"\"name; --\" int PRIMARY KEY", "g", List.of("weird \"name; --")));
    }

    @ParameterizedTest
    @MethodSource("keys")
    void sweep_overKey_movesEveryRowOnce(String definition, String values, List<String> keyColumns) throws Exception {
        String table = "keyed" + tables++;
        String field = "paged." + table;
        Scope scope = scope(field);
        FieldCipher<String> cipher = lab.field(field);
        lab.sql(
                "ALTER DOMAIN numbered DROP CONSTRAINT IF EXISTS positive",
                "CREATE TABLE " + table + " (" + definition + ", \"Se cret\" bytea)");
        String columns = definition.contains("DEFAULT 1") ? "k, j" : names(keyColumns);
        lab.update(
                "INSERT INTO " + table + " (" + columns + ", \"Se cret\") SELECT " + values
                        + ", ? FROM generate_series(1, " + ROWS + ") g",
                (Object) cipher.encrypt("the value", Context.noTenant()));
        lab.sql("ALTER DOMAIN numbered ADD CONSTRAINT positive CHECK (VALUE > 0) NOT VALID");
        KeyId old = lab.activeKey(scope);
        KeyId fresh = lab.nextKey(scope).keyId();
        var secret = column(field, table, "Se cret", keyColumns.toArray(String[]::new));
        Reencryption reencryption = lab.reencryption(SMALL);

        Job job = reencryption.plan(spec(List.of(secret), 3, move(scope, fresh, old)));
        JobReport report = reencryption.sweep(job.id(), 2, new RunControl(), ProgressListener.none());
        JobReport closed = reencryption.close(job.id(), new RunControl());

        assertThat(job.ranges()).isEqualTo(3);
        assertThat(report.moved()).isEqualTo(ROWS);
        assertThat(closed.outcome()).isEqualTo(JobOutcome.DONE);
        assertThat(lab.number("SELECT count(DISTINCT \"Se cret\") FROM " + table))
                .isEqualTo(ROWS);
        VerifyReport verified = new Verification(lab.database, CipherSource.of(lab.tegula.keyring()), SMALL)
                .verify(List.of(secret), 100, 1, new RunControl(), ProgressListener.none());
        assertThat(verified.clean()).isTrue();
        assertThat(verified.openedTotal()).isEqualTo(ROWS);
    }

    private static String names(List<String> columns) {
        return String.join(
                ", ",
                columns.stream().map(c -> '"' + c.replace("\"", "\"\"") + '"').toList());
    }

    @Test
    void sweep_ofValuesLargerThanThePage_takesThemOneByOne() throws Exception {
        Scope scope = scope("paged.large");
        FieldCipher<String> cipher = lab.field("paged.large");
        lab.sql("CREATE TABLE large (id int PRIMARY KEY, secret bytea)");
        for (int i = 0; i < 12; i++) {
            lab.update(
                    "INSERT INTO large VALUES (?, ?)", i, cipher.encrypt("x".repeat(200_000 + i), Context.noTenant()));
        }
        KeyId old = lab.activeKey(scope);
        KeyId fresh = lab.nextKey(scope).keyId();
        SweepSettings tiny = new SweepSettings(
                100,
                300_000,
                SMALL.lockTimeout(),
                SMALL.statementTimeout(),
                SMALL.idleTimeout(),
                1,
                0,
                0,
                SMALL.valueBytes(),
                Duration.ZERO);
        Reencryption reencryption = lab.reencryption(tiny);
        Job job = reencryption.plan(
                spec(List.of(column("paged.large", "large", "secret", "id")), 1, move(scope, fresh, old)));

        RangeReport report = reencryption.run(job.id(), 0, new RunControl());

        assertThat(report.moved()).isEqualTo(12);
        assertThat(cipher.decrypt(lab.bytes("SELECT secret FROM large WHERE id = 11"), Context.noTenant()))
                .hasSize(200_011);
    }

    @Test
    void sweep_ofFieldWithKeyPerTenant_movesEachTenantToItsOwnKey() throws Exception {
        FieldCipher<String> cipher = lab.tenantField("paged.tenant");
        lab.sql("CREATE TABLE tenanted (id int PRIMARY KEY, tenant text, secret bytea)");
        for (int i = 0; i < 30; i++) {
            String tenant = "t" + i % 3;
            lab.update(
                    "INSERT INTO tenanted VALUES (?, ?, ?)",
                    i,
                    tenant,
                    cipher.encrypt("v" + i, Context.tenant(tenant)));
        }
        lab.sql("UPDATE tenanted SET tenant = 't1' WHERE id = 0", "UPDATE tenanted SET tenant = NULL WHERE id = 1");
        Scope t0 = tenant("t0");
        Scope t1 = tenant("t1");
        Scope t2 = tenant("t2");
        KeyId old0 = lab.activeKey(t0);
        KeyId old1 = lab.activeKey(t1);
        KeyId fresh0 = lab.nextKey(t0).keyId();
        KeyId fresh1 = lab.nextKey(t1).keyId();
        var secret = column("paged.tenant", "tenanted", "secret", Optional.of("tenant"), "id");
        Reencryption reencryption = lab.reencryption(SMALL);
        Job job = reencryption.plan(spec(List.of(secret), move(t0, fresh0, old0), move(t1, fresh1, old1)));

        reencryption.sweep(job.id(), 1, new RunControl(), ProgressListener.none());
        JobReport report = reencryption.close(job.id(), new RunControl());

        assertThat(report.outcome()).isEqualTo(JobOutcome.PARTIAL);
        assertThat(report.moved()).isEqualTo(18);
        assertThat(report.quarantined()).isEqualTo(2);
        assertThat(lab.under(fresh0, "tenanted", "secret")).isEqualTo(9);
        assertThat(lab.under(fresh1, "tenanted", "secret")).isEqualTo(9);
        assertThat(lab.under(lab.activeKey(t2), "tenanted", "secret")).isEqualTo(10);
        assertThat(lab.text(
                        "SELECT string_agg(row_key || ' ' || reason, ', ' ORDER BY row_key) FROM tegula_quarantine"))
                .isEqualTo("id=0 cannot-open, id=1 tenant-missing");
        VerifyReport verified = new Verification(lab.database, CipherSource.of(lab.tegula.keyring()), SMALL)
                .verify(List.of(secret), 100, 1, new RunControl(), ProgressListener.none());
        assertThat(verified.bad()).extracting(BadValue::row).containsExactly("id=0", "id=1");
    }

    private static Scope tenant(String name) {
        return Scope.data(FieldId.of("paged.tenant"), TenantId.of(name));
    }
}
