package dev.tegula.operations.reencrypt;

import static dev.tegula.operations.live.LiveLab.column;
import static dev.tegula.operations.live.LiveLab.patientColumns;
import static dev.tegula.operations.live.LiveLab.scope;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.Context;
import dev.tegula.FieldSpec;
import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.operations.live.LiveLab;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class VerificationTest {

    private static final int ROWS = 3_000;

    private LiveLab lab;

    @BeforeEach
    void start() throws Exception {
        lab = LiveLab.start();
        lab.patients(ROWS);
    }

    @AfterEach
    void stop() {
        lab.close();
    }

    private VerifyReport verify(List<EncryptedColumn> columns, double percent) {
        return new Verification(lab.database, CipherSource.of(lab.tegula.keyring()), SweepSettings.standard())
                .verify(columns, percent, 2, new RunControl(), ProgressListener.none());
    }

    @Test
    void verify_ofSoundTable_countsEveryValueUnderItsKey() {
        VerifyReport report = verify(patientColumns(), 100);

        assertThat(report.clean()).isTrue();
        assertThat(report.opened().get(patientColumns().get(0)))
                .containsExactly(Map.entry(lab.activeKey(scope("patient.ssn")), (long) ROWS));
        assertThat(report.openedTotal()).isEqualTo(ROWS + ROWS * 2 / 3);
    }

    /** Estimated as a plan estimates, with all partitions; counted in the end. */
    @Test
    void verify_ofPartitions_knowsItsTotalFromTheStartAndEndsWithTheCount() {
        lab.sql(
                "CREATE TABLE parted (id bigint PRIMARY KEY, ssn bytea) PARTITION BY RANGE (id)",
                "CREATE TABLE parted_1 PARTITION OF parted FOR VALUES FROM (0) TO (500)",
                "CREATE TABLE parted_2 PARTITION OF parted FOR VALUES FROM (500) TO (1000000)",
                "INSERT INTO parted SELECT id, ssn FROM patient WHERE id < 1000",
                "ANALYZE parted_1",
                "ANALYZE parted_2",
                "DELETE FROM parted WHERE id >= 900");
        List<Progress> heard = new ArrayList<>();

        new Verification(
                        lab.database,
                        CipherSource.of(lab.tegula.keyring()),
                        SweepSettings.standard().withBatchRows(10))
                .verify(List.of(column("patient.ssn", "parted", "ssn", "id")), 100, 1, new RunControl(), heard::add);

        assertThat(heard.get(0).done()).isEqualTo(100);
        assertThat(heard.get(0).total()).isEqualTo(1_000);
        assertThat(heard.get(heard.size() - 1).total()).isEqualTo(900);
    }

    @Test
    void verify_ofValueThatIsLargerThanTheHeap_namesTheRowAndReadsTheOthers() {
        lab.sql("UPDATE patient SET ssn = substring(ssn from 1 for 75)"
                + " || decode(repeat('00', 20000), 'hex') WHERE id IN (7, 2000)");

        VerifyReport report = new Verification(
                        lab.database,
                        CipherSource.of(lab.tegula.keyring()),
                        SweepSettings.standard().withValueBytes(10_000))
                .verify(patientColumns().subList(0, 1), 100, 1, new RunControl(), ProgressListener.none());

        assertThat(report.bad())
                .extracting(b -> b.row() + " " + b.reason())
                .containsExactly("id=7 too-large", "id=2000 too-large");
        assertThat(report.openedTotal()).isEqualTo(ROWS - 2);
    }

    @Test
    void verify_ofSpoiledValues_listsEachByKeyAndReason() throws Exception {
        lab.sql(
                "UPDATE patient SET ssn = note WHERE id = 1",
                "UPDATE patient SET ssn = substring(ssn from 1 for 60) WHERE id = 2",
                "UPDATE patient SET ssn = '\\x00aa' WHERE id = 3",
                "UPDATE patient SET ssn = set_byte(ssn, 0, 2) WHERE id = 4",
                "UPDATE patient SET ssn = set_byte(ssn, 1, 1) WHERE id = 5",
                "UPDATE patient SET ssn = set_byte(ssn, 2, get_byte(ssn, 2) # 1) WHERE id = 6",
                "UPDATE patient SET ssn = set_byte(ssn, 58, get_byte(ssn, 58) # 1) WHERE id = 7");
        byte[] number =
                lab.tegula.field(FieldSpec.of("patient.ssn", Long.class)).encrypt(5L, Context.noTenant());
        lab.update("UPDATE patient SET ssn = ? WHERE id = 8", (Object) number);

        VerifyReport report = verify(patientColumns().subList(0, 1), 100);

        assertThat(report.bad())
                .extracting(b -> b.row() + " " + b.reason())
                .containsExactly(
                        "id=1 cannot-open",
                        "id=2 cannot-open",
                        "id=3 not-an-envelope",
                        "id=4 unknown-suite",
                        "id=5 mode-refused",
                        "id=6 key-unknown",
                        "id=7 cannot-open",
                        "id=8 type-mismatch");
        assertThat(report.badTotal()).isEqualTo(8);
        assertThat(report.openedTotal()).isEqualTo(ROWS - 8);
        assertThat(report.clean()).isFalse();
    }

    @Test
    void verify_ofNullWhereNullsAreSealed_listsIt() {
        EncryptedColumn ssn = patientColumns().get(0);
        EncryptedColumn sealed = new EncryptedColumn(
                ssn.field(),
                ssn.schema(),
                ssn.table(),
                ssn.column(),
                ssn.keyColumns(),
                ssn.perTenant(),
                ssn.tenantColumn(),
                ssn.mode(),
                ssn.type(),
                true,
                ssn.origin());
        lab.sql("UPDATE patient SET ssn = NULL WHERE id = 3");

        assertThat(verify(List.of(ssn), 100).clean()).isTrue();
        VerifyReport report = verify(List.of(sealed), 100);

        assertThat(report.bad()).extracting(b -> b.row() + " " + b.reason()).containsExactly("id=3 null-not-sealed");
        assertThat(report.openedTotal()).isEqualTo(ROWS - 1);
    }

    @Test
    void verify_ofASample_opensAboutSoMany() {
        VerifyReport report = verify(patientColumns().subList(0, 1), 20);

        assertThat(report.openedTotal()).isBetween(400L, 800L);
        assertThat(report.clean()).isTrue();
    }

    @Test
    void verify_whenStopped_isNotClean() {
        RunControl control = new RunControl();
        Verification verification =
                new Verification(lab.database, CipherSource.of(lab.tegula.keyring()), SweepSettings.standard());

        VerifyReport report = verification.verify(patientColumns(), 100, 1, control, p -> control.stop());

        assertThat(report.complete()).isFalse();
        assertThat(report.clean()).isFalse();
        assertThat(report.openedTotal()).isLessThan(ROWS);
    }

    @Test
    void verify_withImpossibleRequest_isRefused() {
        assertThatThrownBy(() -> verify(patientColumns(), 0)).isInstanceOf(ConfigurationException.class);
        assertThatThrownBy(() -> verify(List.of(column("patient.ssn", "nowhere", "ssn")), 100))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("nowhere");
    }
}
