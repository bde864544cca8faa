package dev.tegula.cli.command;

import static dev.tegula.cli.ClinicDatabase.expect;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.cli.ClinicDatabase;
import dev.tegula.cli.Recorded;
import dev.tegula.cli.Transcript;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The audit trail of commands, read and verified from the command line. */
@Recorded
@Tag("long")
class AuditTranscriptsTest {

    private static final Pattern HEAD = Pattern.compile("audit (0:\\d+:[0-9a-f]{64})");

    @TempDir
    Path folder;

    private ClinicDatabase clinic;

    @BeforeEach
    void start() {
        clinic = ClinicDatabase.initialised(folder).withSecrets("app/prod");
    }

    private static String anchor(Transcript run) {
        Matcher head = HEAD.matcher(run.err());
        assertThat(head.find()).as(run.all()).isTrue();
        return head.group(1);
    }

    @Test
    void changesOfKeysAndSecrets_areListed_andVerify() {
        expect(0, clinic.run("keys", "create", "patient.ssn", "--activate"));
        expect(0, clinic.pipe("canary-1", "secrets", "put", "app/prod/key"));
        expect(0, clinic.pipe("canary-2", "secrets", "put", "app/prod/key"));
        expect(0, clinic.run("secrets", "rollback", "app/prod/key", "--to", "1"));
        expect(0, clinic.run("secrets", "destroy", "app/prod/key", "--version", "2", "--yes"));
        expect(0, clinic.run("secrets", "delete", "app/prod/key", "--yes"));
        expect(0, clinic.run("secrets", "delete", "app/prod/key", "--yes"));
        String anchor = anchor(expect(0, clinic.run("secrets", "undelete", "app/prod/key")));

        assertThat(expect(0, clinic.run("audit", "list")).out())
                .contains("tegula.key.activate", "tegula.secret.destroy", "alice")
                .doesNotContain("canary");
        expect(0, clinic.run("audit", "list", "--subject", "app/prod/*", "--since", "1d"));
        assertThat(expect(0, clinic.run("audit", "list", "--since", "2999-01-01"))
                        .out())
                .contains("No entry matches");
        expect(0, clinic.run("audit", "verify"));
        assertThat(expect(0, clinic.run("audit", "anchor")).out()).isEqualTo(anchor + "\n");
        assertThat(expect(0, clinic.run("audit", "verify", "--anchor", anchor)).out())
                .doesNotContain("Without an anchor for chain 0");
        assertThat(expect(0, clinic.run("audit", "export", "--subject", "app/prod/key"))
                        .out()
                        .lines())
                .hasSize(8);
        assertThat(clinic.run("audit", "export").all()).doesNotContain("canary");
    }

    @Test
    void tampering_isNamed_andEndsWith6() {
        expect(0, clinic.pipe("canary-1", "secrets", "put", "app/prod/key"));
        expect(0, clinic.run("secrets", "delete", "app/prod/key", "--yes"));
        String anchor = anchor(expect(0, clinic.run("secrets", "undelete", "app/prod/key")));
        long last = clinic.number("SELECT max(seq) FROM tegula_audit");
        clinic.execute("ALTER TABLE tegula_audit DISABLE TRIGGER USER");
        clinic.execute("UPDATE tegula_audit SET actor = 'mallory' WHERE action = 'tegula.secret.delete'");
        assertThat(expect(6, clinic.run("audit", "verify")).out()).contains("tegula_audit_append_only is disabled");
        assertThat(clinic.run("doctor").out()).contains("tegula_audit_append_only is disabled", "tegula schema apply");
        expect(6, clinic.run("audit", "list", "--subject", "app/prod/key"));
        expect(6, clinic.run("audit", "export", "--subject", "app/prod/key"));
        clinic.execute("DELETE FROM tegula_audit WHERE seq = " + last);
        assertThat(expect(6, clinic.run("audit", "verify", "--anchor", anchor)).out())
                .contains("edited", "cut");
        clinic.execute("UPDATE tegula_audit_head SET seq = 1, mac = sha256(mac) WHERE chain = 0");
        expect(6, clinic.run("audit", "anchor"));
        expect(0, clinic.run("secrets", "delete", "app/prod/key", "--yes"));
        assertThat(expect(6, clinic.run("audit", "verify")).out()).contains("head-changed");
        expect(2, clinic.run("audit", "verify", "--anchor", "0:1:abc"));
        expect(2, clinic.run("audit", "list", "--since", "yesterday"));
    }

    /** Made by an earlier build: what reads goes on, what changes says what to run, before anything is changed. */
    @Test
    void databaseWithoutTheTables_readsGoOn_andChangesNameTheCommand() {
        expect(0, clinic.pipe("canary-1", "secrets", "put", "app/prod/key"));
        clinic.execute("DROP TABLE tegula_audit, tegula_audit_head");
        expect(0, clinic.run("secrets", "get", "app/prod/key"));
        expect(0, clinic.run("keys", "list"));
        assertThat(expect(7, clinic.pipe("canary-2", "secrets", "put", "app/prod/key"))
                        .err())
                .contains("tegula schema apply", "Nothing was changed.");
        assertThat(expect(7, clinic.run("audit", "verify")).err()).contains("tegula schema apply");
        assertThat(expect(7, clinic.run("doctor")).out()).contains("tegula_audit");
        assertThat(expect(0, clinic.run("schema", "apply", "--yes", "--dry-run"))
                        .out())
                .contains("CREATE TABLE IF NOT EXISTS tegula_audit ");
        expect(0, clinic.run("schema", "apply", "--yes"));
        expect(0, clinic.pipe("canary-2", "secrets", "put", "app/prod/key"));
        expect(0, clinic.run("audit", "verify"));
        clinic.execute("DELETE FROM tegula_audit_head WHERE chain = 0");
        assertThat(expect(7, clinic.pipe("canary-3", "secrets", "put", "app/prod/key"))
                        .err())
                .contains("tegula schema apply");
        expect(0, clinic.run("schema", "apply", "--yes"));
        expect(0, clinic.pipe("canary-3", "secrets", "put", "app/prod/key"));
        expect(6, clinic.run("audit", "verify"));
    }
}
