package dev.tegula.operations.rotation;

import static dev.tegula.operations.live.LiveLab.column;
import static dev.tegula.operations.live.LiveLab.patientColumns;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.Context;
import dev.tegula.FieldCipher;
import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.envelope.KeyId;
import dev.tegula.envelope.TenantId;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.RefusedException;
import dev.tegula.operations.reencrypt.Finding.Kind;
import dev.tegula.operations.reencrypt.RunControl;
import dev.tegula.operations.reencrypt.SweepSettings;
import dev.tegula.registry.KeyInUseException;
import dev.tegula.registry.KeyState;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a rotation covers, plans and refuses. */
final class RotationSelectionTest extends RotationLab {

    @Test
    void run_onATableThatIsPublishedAndSubscribedTo_isRefused() throws Exception {
        lab.patients(10);
        lab.sql(
                "CREATE PUBLICATION outward FOR TABLE patient",
                "CREATE SUBSCRIPTION inward CONNECTION 'dbname=nowhere' PUBLICATION p WITH (connect = false)",
                "SET allow_system_table_mods = on",
                "INSERT INTO pg_subscription_rel SELECT oid, 'patient'::regclass, 'r', NULL FROM pg_subscription");
        Rotation rotation = rotation();

        assertThatThrownBy(() -> rotation.plan(RotationRequest.of("patient.ssn"), false))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("published and subscribed to");
        lab.sql("ALTER SUBSCRIPTION inward SET (slot_name = NONE)", "DROP SUBSCRIPTION inward");
        assertThat(rotation.plan(RotationRequest.of("patient.ssn"), true).values())
                .isEqualTo(10);
    }

    @Test
    void run_overAGlob_rotatesAllFieldsInOnePassATable() throws Exception {
        lab.patients(300);
        KeyId oldSsn = lab.activeKey(SSN);
        KeyId oldNote = lab.activeKey(NOTE);

        RotationReport report = rotation().run(RotationRequest.of("patient.*"), recorder, new RunControl());

        assertThat(report.outcome()).isEqualTo(RotationOutcome.DONE);
        assertThat(report.jobs()).hasSize(1);
        assertThat(report.moved()).isEqualTo(500);
        assertThat(report.verified().orElseThrow().openedTotal()).isEqualTo(500);
        assertThat(state(oldSsn)).isEqualTo(KeyState.RETIRED);
        assertThat(state(oldNote)).isEqualTo(KeyState.RETIRED);
    }

    @Test
    void run_ofAFieldInTwoTables_rotatesBoth() throws Exception {
        lab.patients(100);
        lab.sql(
                "CREATE TABLE patient_aud (id bigint, rev int, ssn bytea, PRIMARY KEY (rev, id))",
                "INSERT INTO patient_aud SELECT id, 1, ssn FROM patient");
        List<EncryptedColumn> columns =
                List.of(patientColumns().get(0), column("patient.ssn", "patient_aud", "ssn", "id", "rev"));

        RotationReport report = rotation(columns, SweepSettings.standard())
                .run(RotationRequest.of("patient.ssn"), recorder, new RunControl());

        assertThat(report.outcome()).isEqualTo(RotationOutcome.DONE);
        assertThat(report.jobs()).hasSize(2);
        assertThat(report.moved()).isEqualTo(200);
        assertThat(recorder.last.total()).isEqualTo(200);
    }

    @Test
    void run_ofAFieldWithKeyPerTenant_rotatesOneTenantOrAll() throws Exception {
        FieldCipher<String> cipher = lab.tenantField("visit.text");
        lab.sql("CREATE TABLE visit (id int PRIMARY KEY, tenant text, body bytea)");
        for (int i = 0; i < 40; i++) {
            lab.update(
                    "INSERT INTO visit VALUES (?, ?, ?)",
                    i,
                    "t" + i % 2,
                    cipher.encrypt("v" + i, Context.tenant("t" + i % 2)));
        }
        KeyId first0 = lab.activeKey(tenant("t0"));
        KeyId first1 = lab.activeKey(tenant("t1"));
        Rotation rotation = rotation(
                List.of(column("visit.text", "visit", "body", Optional.of("tenant"), "id")), SweepSettings.standard());

        assertThat(rotation.plan(RotationRequest.of("visit.text").onlyTenant(TenantId.of("t1")), true)
                        .values())
                .isEqualTo(20);
        RotationPlan.ColumnPlan planned = rotation.plan(
                        RotationRequest.of("visit.text").onlyTenant(TenantId.of("t1")), false)
                .columns()
                .get(0);
        assertThat(planned.values()).isEqualTo(20);
        assertThat(planned.exact()).isTrue();
        assertThat(rotation.plan(RotationRequest.of("visit.text"), true).values())
                .isEqualTo(40);

        RotationReport one = rotation.run(
                RotationRequest.of("visit.text").onlyTenant(TenantId.of("t1")), recorder, new RunControl());
        RotationReport all = rotation.run(RotationRequest.of("visit.text"), recorder, new RunControl());

        assertThat(one.outcome()).isEqualTo(RotationOutcome.DONE);
        assertThat(one.moved()).isEqualTo(20);
        assertThat(all.outcome()).isEqualTo(RotationOutcome.DONE);
        assertThat(all.moved()).isEqualTo(40);
        assertThat(state(first0)).isEqualTo(KeyState.RETIRED);
        assertThat(state(first1)).isEqualTo(KeyState.RETIRED);
        assertThat(cipher.decrypt(lab.bytes("SELECT body FROM visit WHERE id = 7"), Context.tenant("t1")))
                .isEqualTo("v7");
    }

    @Test
    void run_withValueThatDoesNotOpen_endsPartialAndKeepsTheOldKey() throws Exception {
        lab.patients(100);
        lab.sql("UPDATE patient SET ssn = set_byte(ssn, 60, get_byte(ssn, 60) # 1) WHERE id = 4");
        KeyId old = lab.activeKey(SSN);
        Rotation rotation = rotation();

        RotationReport report = rotation.run(RotationRequest.of("patient.ssn"), recorder, new RunControl());

        assertThat(report.outcome()).isEqualTo(RotationOutcome.PARTIAL);
        assertThat(report.quarantined()).isEqualTo(1);
        assertThat(report.remarks()).singleElement().asString().contains("1 values do not open");
        assertThat(state(old)).isEqualTo(KeyState.DECRYPT_ONLY);
        assertThatThrownBy(() -> rotation.lifecycle().retire(old))
                .isInstanceOf(KeyInUseException.class)
                .hasMessageContaining("public.patient.ssn 1")
                .hasMessageContaining("quarantine 1");
    }

    @Test
    void run_withUpdateTriggers_isRefusedUntilTheyAreAccepted() throws Exception {
        lab.patients(50);
        lab.sql(
                "CREATE FUNCTION noop() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
                "CREATE TRIGGER stamp BEFORE UPDATE ON patient FOR EACH ROW EXECUTE FUNCTION noop()",
                "CREATE TRIGGER elsewhere BEFORE UPDATE OF other ON patient FOR EACH ROW EXECUTE FUNCTION noop()",
                "CREATE TRIGGER exempting BEFORE UPDATE ON patient FOR EACH ROW WHEN (current_setting('application_name')"
                        + " <> 'tegula-reencrypt') EXECUTE FUNCTION noop()");
        Rotation rotation = rotation();

        assertThatThrownBy(() -> rotation.run(RotationRequest.of("patient.ssn"), recorder, new RunControl()))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("fire for every row: stamp.");
        assertThat(lab.number("SELECT count(*) FROM tegula_key WHERE field = 'patient.ssn'"))
                .isEqualTo(1);
        RotationReport report = rotation.run(
                RotationRequest.of("patient.ssn").accepting(Kind.UPDATE_TRIGGERS), recorder, new RunControl());
        assertThat(report.outcome()).isEqualTo(RotationOutcome.DONE);
    }

    @Test
    void plan_ofAField_saysWhatWouldHappenAndChangesNothing() throws Exception {
        lab.patients(900);
        KeyId old = lab.activeKey(SSN);
        Rotation rotation = rotation();

        RotationPlan plan = rotation.plan(RotationRequest.of("patient.*"), true);

        assertThat(plan.values()).isEqualTo(1_500);
        assertThat(plan.estimate()).isEqualTo(Duration.ofSeconds(1));
        assertThat(plan.walBytes()).isGreaterThan(1_500 * 250);
        assertThat(plan.scopes()).extracting(RotationPlan.ScopePlan::next).containsOnly(Step.CREATE);
        assertThat(plan.scopes()).extracting(RotationPlan.ScopePlan::kekAlias).containsOnly("main");
        assertThat(lab.number("SELECT count(*) FROM tegula_key WHERE purpose = 'DATA'"))
                .isEqualTo(2);
        assertThat(state(old)).isEqualTo(KeyState.ACTIVE);
        assertThat(rotation.plan(RotationRequest.of("patient.ssn"), false).values())
                .isEqualTo(900);
        assertThatThrownBy(() -> rotation.plan(RotationRequest.of("nobody.*"), false))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("the catalogue has [patient.note, patient.ssn]");
    }

    @Test
    void reencrypt_alone_makesNoKeyAndMovesWhatIsLeft() throws Exception {
        lab.patients(100);
        Rotation rotation = rotation();

        RotationReport nothing = rotation.reencrypt(RotationRequest.of("patient.ssn"), recorder, new RunControl());
        KeyId fresh = lab.nextKey(SSN).keyId();
        RotationReport moved = rotation.reencrypt(RotationRequest.of("patient.ssn"), recorder, new RunControl());

        assertThat(nothing.moved()).isZero();
        assertThat(moved.outcome()).isEqualTo(RotationOutcome.UNTIL);
        assertThat(moved.moved()).isEqualTo(100);
        assertThat(lab.under(fresh, "patient", "ssn")).isEqualTo(100);
    }
}
