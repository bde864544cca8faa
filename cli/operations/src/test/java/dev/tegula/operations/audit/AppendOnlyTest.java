package dev.tegula.operations.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.jdbc.OwnTables;
import dev.tegula.jdbc.Transactions;
import dev.tegula.operations.live.LiveLab;
import dev.tegula.operations.schema.Schema;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Entries are only added, also by the owner of the table; whoever takes the triggers away is told of. */
class AppendOnlyTest {

    private LiveLab lab;
    private Transactions transactions;

    @BeforeEach
    void start() throws Exception {
        lab = LiveLab.start();
        lab.patients(1);
        transactions = new Transactions(lab.database);
    }

    @AfterEach
    void stop() {
        lab.close();
    }

    private Optional<String> unguarded() {
        Optional<String> said = Schema.compare(transactions).unguarded();
        assertThat(new AuditVerification(transactions, lab.tegula.seal())
                        .run(List.of())
                        .unguarded())
                .isEqualTo(said);
        return said;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "UPDATE tegula_audit SET detail = 'nothing'",
                "DELETE FROM tegula_audit",
                "TRUNCATE tegula_audit",
                "TRUNCATE tegula_audit, tegula_audit_head",
                "CREATE TABLE above (LIKE tegula_audit); ALTER TABLE tegula_audit INHERIT above; UPDATE above SET detail = 'nothing'",
                "CREATE TABLE over (LIKE tegula_audit); ALTER TABLE tegula_audit INHERIT over; TRUNCATE over",
                "INSERT INTO tegula_audit SELECT * FROM tegula_audit ON CONFLICT (chain, seq) DO UPDATE SET detail = 'nothing'"
            })
    void change_ofAnEntry_isRefusedToItsOwner(String sql) {
        long before = lab.number("SELECT count(*) FROM tegula_audit");
        assertThat(before).isPositive();
        for (String role : new String[] {"origin", "replica"}) {
            assertThatThrownBy(() -> lab.sql("SET session_replication_role = " + role + "; " + sql))
                    .hasStackTraceContaining("Entries of tegula_audit are only added");
        }
        assertThat(lab.number("SELECT count(*) FROM tegula_audit WHERE detail <> 'nothing'"))
                .isEqualTo(before);
        lab.nextKey(LiveLab.scope("patient.ssn"));
        assertThat(lab.number("SELECT count(*) FROM tegula_audit")).isGreaterThan(before);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "DROP TRIGGER tegula_audit_append_only ON tegula_audit|tegula_audit_append_only is missing",
                "DROP FUNCTION tegula_append_only() CASCADE|append_only is missing, the trigger tegula_audit_never_emptied is",
                "ALTER TABLE tegula_audit DISABLE TRIGGER tegula_audit_never_emptied|tegula_audit_never_emptied is disabled",
                "ALTER TABLE tegula_audit ENABLE TRIGGER tegula_audit_append_only|not run under every session_replication_role",
                "ALTER TABLE tegula_audit ENABLE REPLICA TRIGGER tegula_audit_append_only|every session_replication_role",
                "CREATE OR REPLACE FUNCTION tegula_append_only() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'|is not",
                "ALTER TRIGGER tegula_audit_append_only ON tegula_audit RENAME TO other|tegula_audit_append_only is missing",
                "DROP TRIGGER tegula_audit_append_only ON tegula_audit; CREATE TRIGGER tegula_audit_append_only BEFORE UPDATE OR"
                        + " DELETE ON tegula_audit FOR EACH ROW WHEN (old.seq < 0) EXECUTE FUNCTION tegula_append_only()|is not",
                "DROP TRIGGER tegula_audit_append_only ON tegula_audit; CREATE TRIGGER tegula_audit_append_only BEFORE DELETE"
                        + " ON tegula_audit FOR EACH ROW EXECUTE FUNCTION tegula_append_only()|is not the one that Tegula made"
            })
    void trigger_thatIsNotAsItWas_isNamedAndMadeAnew(String sql, String fault) {
        assertThat(unguarded()).isEmpty();
        assertThat(OwnTables.additions(transactions).obstacle()).isEmpty();

        lab.sql(sql);
        assertThat(unguarded()).hasValueSatisfying(text -> assertThat(text).contains(fault));

        Schema.apply(lab.database);
        assertThat(unguarded()).isEmpty();
        assertThatThrownBy(() -> lab.sql("DELETE FROM tegula_audit")).hasStackTraceContaining("only added");
    }

    @Test
    void schema_thatIsWhole_isLeftAlone() {
        assertThat(Schema.compare(transactions).missing()).isEmpty();
    }
}
