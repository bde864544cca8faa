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
import dev.tegula.jdbc.KeptConnection;
import dev.tegula.operations.live.LiveLab;
import dev.tegula.value.ValueType;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where an old envelope could stay beside a new value, or a trigger of one table be that of another. */
final class AdoptionGapsTest extends AdoptionLab {

    private static final EncryptedColumn PER_TENANT =
            LiveLab.column("owner.tenant_phone", "owner", "phone_encrypted", Optional.of("tenant"), "id");

    private BackfillReport fill(PlainColumn column) {
        return adoption().fill(column, Set.of(), new RunControl(), ProgressListener.none());
    }

    private BackfillReport verify(PlainColumn column) {
        return adoption().verify(column, new RunControl(), ProgressListener.none());
    }

    private void enveloped(long id) {
        assertThat(lab.bytes("SELECT phone_encrypted FROM owner WHERE id = " + id))
                .isNotNull();
    }

    private void bare(long id) {
        assertThat(lab.bytes("SELECT phone_encrypted FROM owner WHERE id = " + id))
                .isNull();
    }

    /** The name of a trigger and its function is made of two names, which may be cut elsewhere. */
    @Test
    void fill_whereAnotherTablesTriggerRunsTheFunctionOfThatName_isRefusedBeforeAnythingIsChanged() {
        lab.sql(
                "DROP TABLE IF EXISTS customer, customer_address CASCADE",
                "DROP FUNCTION IF EXISTS tegula_adopt_customer_address_phone_enc",
                "CREATE TABLE customer (id bigint PRIMARY KEY, address_phone text, address_phone_enc bytea)",
                "CREATE TABLE customer_address (id bigint PRIMARY KEY, phone text, phone_enc bytea)",
                "INSERT INTO customer VALUES (1, 'a', NULL)",
                "INSERT INTO customer_address VALUES (1, 'b', NULL)");
        PlainColumn one = PlainColumn.of(
                lab.tegula, LiveLab.column("owner.phone", "customer", "address_phone_enc", "id"), "address_phone");
        PlainColumn other = PlainColumn.of(
                lab.tegula, LiveLab.column("owner.phone", "customer_address", "phone_enc", "id"), "phone");
        fill(one);

        assertThatThrownBy(() -> fill(other)).isInstanceOfSatisfying(RefusedException.class, e -> {
            assertThat(e.code()).isEqualTo("adoption-in-the-way");
            assertThat(e).hasMessageContaining("tegula_adopt_customer_address_phone_enc");
            assertThat(e).hasMessageContaining("customer");
        });

        lab.sql("UPDATE customer SET address_phone = 'x'", "INSERT INTO customer VALUES (2, 'y', NULL)");
        assertThat(lab.number("SELECT count(phone_enc) FROM customer_address")).isZero();
        assertThat(fill(one).filled()).isEqualTo(2);
        adoption().leave(other, new RunControl(), ProgressListener.none());
        assertThat(adoption().facts(one).guarded()).isTrue();

        adoption().leave(one, new RunControl(), ProgressListener.none());
        assertThat(fill(other).filled()).isEqualTo(1);
    }

    /** Without the trigger values change beside their envelopes, which a release of both would read first. */
    @Test
    void fill_afterItWasLeftAndValuesChanged_makesNoTriggerUntilTheEnvelopesAreEmptied() {
        fill();
        adoption().leave(column(), new RunControl(), ProgressListener.none());
        lab.sql(
                "UPDATE owner SET phone = 'changed meanwhile' WHERE id = 5",
                "UPDATE owner SET phone = NULL WHERE id = 6");

        BackfillReport filled = fill();

        assertThat(filled.wrong()).containsExactly("id=5", "id=6");
        assertThat(filled.filled()).isZero();
        assertThat(adoption().facts(column()).guarded()).isFalse();

        lab.sql("UPDATE owner SET phone_encrypted = NULL WHERE id IN (5, 6)");
        assertThat(fill().filled()).isEqualTo(1);
        assertThat(adoption().facts(column()).guarded()).isTrue();
        assertThat(stored(5)).isEqualTo("changed meanwhile");
        assertThat(verify()).isEqualTo(sound(ROWS - 1));
    }

    /** A release may have written both columns itself before the trigger was there. */
    @Test
    void fill_whereEnvelopesSayTheSame_goesOn() throws Exception {
        lab.update("UPDATE owner SET phone_encrypted = ? WHERE id = 5", envelope("phone-5"));

        assertThat(fill().filled()).isEqualTo(ROWS - 1);
        assertThat(verify()).isEqualTo(sound(ROWS));
    }

    /** As restores, bulk loads and replication write. */
    @Test
    void guard_underAnySessionReplicationRole_emptiesTheOther() {
        fill();

        lab.sql(
                "BEGIN; SET LOCAL session_replication_role = replica;"
                        + " UPDATE owner SET phone = 'by replication' WHERE id = 5; COMMIT",
                "BEGIN; SET LOCAL session_replication_role = replica;"
                        + " UPDATE owner SET phone = NULL WHERE id = 6; COMMIT");

        bare(5);
        // Replication brings what the publisher emptied: there the envelope is all there is.
        enveloped(6);
        lab.sql("ALTER TABLE owner ENABLE TRIGGER USER");
        assertThat(adoption().facts(column()).guarded())
                .as("one that a migration made is one")
                .isTrue();
        fill();
        assertThat(lab.text("SELECT tgenabled FROM pg_trigger WHERE tgname = 'tegula_adopt_owner_phone_encrypted'"))
                .isEqualTo("A");
    }

    @Test
    void guard_disabledOnAPartition_isNone() {
        lab.sql(
                "DROP TABLE owner CASCADE",
                "CREATE TABLE owner (id bigint PRIMARY KEY, phone text, phone_encrypted bytea, tenant text)"
                        + " PARTITION BY RANGE (id)",
                "CREATE TABLE owner_1 PARTITION OF owner FOR VALUES FROM (0) TO (100)",
                "CREATE TABLE owner_2 PARTITION OF owner FOR VALUES FROM (100) TO (200)",
                "INSERT INTO owner SELECT i, 'phone-' || i, NULL, 't' FROM generate_series(1, 150) i");
        assertThat(fill().filled()).isEqualTo(150);
        assertThat(adoption().facts(column()).guarded()).isTrue();
        lab.sql("CREATE TABLE owner_3 PARTITION OF owner FOR VALUES FROM (200) TO (300)");
        assertThat(adoption().facts(column()).guarded()).isTrue();
        assertThat(lab.number("SELECT count(*) FROM pg_trigger WHERE tgname = 'tegula_adopt_owner_phone_encrypted'"
                        + " AND tgenabled = 'A'"))
                .isEqualTo(4);

        lab.sql("ALTER TABLE owner_1 DISABLE TRIGGER USER");
        assertThat(adoption().facts(column()).guarded()).isFalse();

        fill();
        assertThat(adoption().facts(column()).guarded()).isTrue();
        lab.sql("UPDATE owner SET phone = 'bulk' WHERE id = 7");
        bare(7);
    }

    /** A trigger is of one table and its partitions. */
    @Test
    void fill_ofATableThatOthersInherit_isRefused() {
        fill();
        lab.sql("CREATE TABLE heir (note text, PRIMARY KEY (id)) INHERITS (owner)");
        assertThat(adoption().facts(column()).guarded()).isFalse();

        assertThatThrownBy(this::fill).isInstanceOfSatisfying(RefusedException.class, e -> {
            assertThat(e.code()).isEqualTo("adoption-in-the-way");
            assertThat(e).hasMessageContaining("heir");
        });

        adoption().leave(column(), new RunControl(), ProgressListener.none());
        assertThat(lab.number("SELECT count(*) FROM pg_trigger WHERE tgname LIKE 'tegula_adopt_owner%'"))
                .isZero();
    }

    /** An envelope of another tenant does not open, or only for that one. */
    @Test
    void guard_rowThatChangesItsTenant_losesItsEnvelope() throws Exception {
        FieldCipher<String> ofTenants = tenants();
        PlainColumn column = PlainColumn.of(lab.tegula, PER_TENANT, "phone");
        fill(column);

        lab.sql("UPDATE owner SET tenant = 't0' WHERE id = 5", "UPDATE owner SET tenant = 't1' WHERE id = 7");
        byte[] envelope = ofTenants.encrypt("phone-9", Context.tenant("t0"));
        lab.update("UPDATE owner SET tenant = 't0', phone_encrypted = ? WHERE id = 9", (Object) envelope);

        bare(5);
        enveloped(7);
        enveloped(9);
        assertThat(fill(column).filled()).isEqualTo(1);
        assertThat(verify(column)).isEqualTo(sound(ROWS));
        assertThat(adoption()
                        .seal(column, new RunControl(), ProgressListener.none())
                        .clean())
                .isTrue();
        lab.sql("UPDATE owner SET tenant = 't1' WHERE id = 5");
        enveloped(5);
    }

    /** A BEFORE trigger has NULL for what is generated: each UPDATE would look like one that changes the tenant, or none would. */
    @ParameterizedTest
    @ValueSource(strings = {"STORED", "VIRTUAL"})
    void fill_whereTheTenantIsGenerated_isRefusedUntilItIsWritten(String kind) throws Exception {
        tenants();
        lab.sql(
                "ALTER TABLE owner ADD org text",
                "UPDATE owner SET org = tenant",
                "ALTER TABLE owner DROP tenant",
                "ALTER TABLE owner ADD tenant text GENERATED ALWAYS AS (org) " + kind);
        PlainColumn column = PlainColumn.of(lab.tegula, PER_TENANT, "phone");
        AdoptionTrigger trigger =
                new AdoptionTrigger(column.table(), "phone", "phone_encrypted", Optional.of("tenant"));

        assertThatThrownBy(() -> fill(column))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("public.owner.tenant is generated by the database")
                .hasMessageContaining(kind.equals("STORED") ? "DROP EXPRESSION" : "it is VIRTUAL");
        assertThatThrownBy(() -> lab.sql(String.join(";\n", trigger.script(AdoptionTrigger.Form.BOTH))))
                .hasStackTraceContaining("owner.tenant is generated by the database");

        assertThat(lab.number("SELECT count(phone_encrypted) FROM owner")).isZero();
        assertThat(adoption().facts(column).guarded()).isFalse();
        lab.sql(
                kind.equals("STORED")
                        ? "ALTER TABLE owner ALTER COLUMN tenant DROP EXPRESSION"
                        : "ALTER TABLE owner DROP tenant; ALTER TABLE owner RENAME org TO tenant");
        assertThat(fill(column).filled()).isEqualTo(ROWS);
        lab.sql("ALTER TABLE owner ADD note text", "UPDATE owner SET note = 'x'");
        assertThat(lab.number("SELECT count(phone_encrypted) FROM owner")).isEqualTo(ROWS);
    }

    @Test
    void fill_fromAColumnThatIsGenerated_isRefused() {
        lab.sql(
                "ALTER TABLE owner RENAME phone TO written",
                "ALTER TABLE owner ADD phone text GENERATED ALWAYS AS (upper(written)) STORED");

        assertThatThrownBy(this::fill)
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("public.owner.phone is generated by the database");

        assertThat(lab.number("SELECT count(phone_encrypted) FROM owner")).isZero();
    }

    /** One that a migration made, or an earlier release of the command, knows no tenant. */
    @Test
    void fill_whereTheTriggerKnowsNoTenant_makesItAgain() throws Exception {
        tenants();
        fill(column());
        PlainColumn column = PlainColumn.of(lab.tegula, PER_TENANT, "phone");
        assertThat(adoption().facts(column).guarded()).isTrue();
        lab.sql("UPDATE owner SET phone_encrypted = NULL");

        fill(column);
        lab.sql("UPDATE owner SET tenant = 't0' WHERE id = 5");

        bare(5);
        assertThat(adoption().facts(column()).guarded()).isTrue();
    }

    private FieldCipher<String> tenants() {
        FieldCipher<String> ofTenants = lab.tenantField("owner.tenant_phone");
        ofTenants.encrypt("key", Context.tenant("t0"));
        ofTenants.encrypt("key", Context.tenant("t1"));
        return ofTenants;
    }

    @Test
    void compareAndSet_ofARowThatChangedItsTenantSinceItWasRead_leavesIt() throws Exception {
        tenants();
        PlainColumn column = PlainColumn.of(lab.tegula, PER_TENANT, "phone");
        ColumnFill fill = ColumnFill.of(
                List.of(column.plainSource()),
                ColumnFill.Target.of("phone_encrypted"),
                "t.\"phone_encrypted\" IS NULL",
                cells -> column.encrypted(cells.get(0), new LostKeys()));
        Cell read = new Cell("phone-7".getBytes(UTF_8), Optional.of("t1"));
        FillCompareAndSet.Wanted row = new FillCompareAndSet.Wanted(
                List.of("7"),
                List.of(read),
                column.encrypted(read, new LostKeys()).bytes());
        lab.sql("UPDATE owner SET tenant = 't0' WHERE id = 7");

        try (KeptConnection kept = SweepSettings.standard().connection(lab.database)) {
            FillCompareAndSet update = kept.once(session -> new FillCompareAndSet(
                    TableShape.read(session, column.table(), List.of(PER_TENANT)), fill, session.dialect()));
            assertThat(kept.once(session -> update.write(session, List.of(row))).changed())
                    .isEmpty();
            lab.sql("UPDATE owner SET tenant = 't1' WHERE id = 7");
            assertThat(kept.once(session -> update.write(session, List.of(row))).changed())
                    .containsExactly(List.of("7"));
        }
    }

    /** What such a trigger changes, that of the adoption does not see. */
    @Test
    void fill_besideATriggerThatFiresLater_isRefusedUntilItFiresBefore() {
        lab.sql(
                "CREATE OR REPLACE FUNCTION norm() RETURNS trigger LANGUAGE plpgsql AS"
                        + " $$ BEGIN NEW.phone := 'of ' || NEW.tenant; RETURN NEW; END $$",
                "CREATE TRIGGER trg_norm BEFORE INSERT OR UPDATE ON owner FOR EACH ROW"
                        + " WHEN (current_setting('application_name') <> 'tegula-reencrypt') EXECUTE FUNCTION norm()");

        assertThatThrownBy(this::fill).isInstanceOfSatisfying(RefusedException.class, e -> {
            assertThat(e.code()).isEqualTo("update-triggers");
            assertThat(e)
                    .hasMessageContaining(
                            "ALTER TRIGGER \"trg_norm\" ON \"public\".\"owner\" RENAME TO \"a_trg_norm\"");
        });
        assertThat(adoption().facts(column()).guarded()).isFalse();

        lab.sql("ALTER TRIGGER \"trg_norm\" ON \"public\".\"owner\" RENAME TO \"a_trg_norm\"");
        fill();
        lab.sql("UPDATE owner SET tenant = 'moved' WHERE id = 5");
        bare(5);
    }

    /** Two numbers may have one text, as the writer's session prints them. */
    @Test
    void guard_numberThatIsPrintedAsTheOneBefore_emptiesTheOther() {
        lab.sql(
                "CREATE TABLE typed (id int PRIMARY KEY, plain double precision, encrypted bytea)",
                "INSERT INTO typed VALUES (1, 0.30000000000000004, NULL)");
        PlainColumn column = PlainColumn.of(
                lab.tegula,
                EncryptedColumn.of("typed.value", "public.typed.encrypted", ValueType.FLOAT64, "id"),
                "plain");
        fill(column);

        lab.sql("BEGIN; SET LOCAL extra_float_digits = 0; UPDATE typed SET plain = 0.3; COMMIT");

        assertThat(lab.number("SELECT count(encrypted) FROM typed")).isZero();
    }

    /** What releases before this one made is believed, and mended by the next run. */
    @Test
    void guard_ofAnEarlierRelease_isOneStill() {
        fill();
        String body = lab.text("SELECT prosrc FROM pg_proc WHERE proname = 'tegula_adopt_owner_phone_encrypted'");
        String earlier = body.replace(" OR NEW.\"phone\" IS DISTINCT FROM OLD.\"phone\"", "")
                .replace(
                        " AND (NEW.\"phone\" IS NOT NULL OR current_setting('session_replication_role') <> 'replica')",
                        "");
        lab.sql("CREATE OR REPLACE FUNCTION tegula_adopt_owner_phone_encrypted() RETURNS trigger LANGUAGE plpgsql"
                + " SET search_path = pg_catalog, pg_temp AS $body$" + earlier + "$body$");
        assertThat(adoption().facts(column()).guarded()).isTrue();
        assertThat(new AdoptionTrigger(column().table(), "phone", "phone_encrypted")
                        .isOf(AdoptionTrigger.Form.BOTH, earlier))
                .isTrue();

        fill();

        assertThat(lab.text("SELECT prosrc FROM pg_proc WHERE proname = 'tegula_adopt_owner_phone_encrypted'"))
                .isEqualTo(body)
                .isNotEqualTo(earlier);
    }
}
