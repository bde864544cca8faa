package dev.tegula.cli.command;

import static dev.tegula.cli.ClinicDatabase.expect;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.cli.ClinicDatabase;
import dev.tegula.cli.output.Exit;
import dev.tegula.test.servers.SqlProxy;
import dev.tegula.test.servers.SqlProxy.Fault;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code fields remove} whose COMMIT was carried out and whose answer got lost, which says that it is to be run again. */
final class FieldsRemovedTwiceTest implements SqlProxy.Between {

    private static final String COLUMN = "public.patient.ssn";
    private static final String INDEX = "public.patient.ssn_index";

    @TempDir
    Path folder;

    private final Set<Integer> removing = ConcurrentHashMap.newKeySet();
    private ClinicDatabase clinic;
    private SqlProxy proxy;
    private volatile String cut = "";

    @Override
    public Fault fault(int connection, List<String> statements) {
        if (!cut.isEmpty() && statements.stream().anyMatch(sql -> sql.startsWith("DELETE FROM " + cut))) {
            removing.add(connection);
        }
        boolean lost = statements.contains("COMMIT") && removing.remove(connection);
        return lost ? Fault.CUT_AFTER : Fault.NONE;
    }

    @BeforeEach
    void between() {
        clinic = ClinicDatabase.withPatients(folder, 3);
        clinic.publishIndex("ssn_index", Optional.empty(), "tegula.exact", 256);
        clinic.execute("UPDATE patient SET ssn = NULL");
        proxy = SqlProxy.to(ClinicDatabase.port(), this);
        clinic.edit(":" + ClinicDatabase.port() + "/", ":" + proxy.port() + "/");
    }

    @AfterEach
    void close() {
        proxy.close();
    }

    private String removed(String... more) {
        String[] words = new String[more.length + 3];
        words[0] = "fields";
        words[1] = "remove";
        System.arraycopy(more, 0, words, 2, more.length);
        words[more.length + 2] = "--yes";
        return expect(Exit.DONE.code(), clinic.run(words)).out().replaceAll("\\s+", " ");
    }

    private void lost(String table, String... places) {
        cut = table;
        String[] words = new String[places.length + 3];
        words[0] = "fields";
        words[1] = "remove";
        System.arraycopy(places, 0, words, 2, places.length);
        words[places.length + 2] = "--yes";
        expect(Exit.UNAVAILABLE.code(), clinic.run(words));
        cut = "";
    }

    @Test
    void remove_afterACommitWithoutAnswer_saysThatTheColumnIsGone() {
        lost("tegula_field", COLUMN);
        assertThat(clinic.number("SELECT count(*) FROM tegula_field")).isZero();

        assertThat(removed(COLUMN)).contains(COLUMN + " is gone from the catalogue already: ", " removed it at 20");
        assertThat(clinic.number("SELECT count(*) FROM tegula_audit WHERE action = 'tegula.field.remove'"))
                .isEqualTo(1);
    }

    @Test
    void remove_ofSeveralOfWhichOneIsGone_removesTheOthers() {
        lost("tegula_field", COLUMN, INDEX);
        assertThat(clinic.number("SELECT count(*) FROM tegula_index")).isEqualTo(1);

        assertThat(expect(0, clinic.run("fields", "remove", COLUMN, INDEX, "--dry-run"))
                        .out())
                .contains("Would remove 1 row", COLUMN + " is gone");
        assertThat(removed(COLUMN, INDEX)).contains("Removed 1 row", INDEX, COLUMN + " is gone");
        assertThat(clinic.number("SELECT count(*) FROM tegula_index")).isZero();
        assertThat(removed(INDEX)).contains(INDEX + " is gone");
    }

    @Test
    void remove_ofAForgedRowAfterACommitWithoutAnswer_saysThatItIsGone() {
        clinic.execute("UPDATE tegula_field SET field = 'patient.note'");
        lost("tegula_field", COLUMN);

        assertThat(removed(COLUMN)).contains(COLUMN + " is gone");
    }

    /** Whoever writes the database can add a row to the trail, and no name becomes one that was there. */
    @Test
    void remove_ofANameThatNobodyRemoved_isUnknown() {
        removed(INDEX);
        clinic.execute(
                "INSERT INTO tegula_audit (chain, seq, told_at, login, actor, host, action, kind, subject, tenant, detail,"
                        + " previous, mac) SELECT chain, seq + 1000, told_at, login, actor, host, action, kind, 'public.patient.tel',"
                        + " tenant, detail, previous, mac FROM tegula_audit WHERE action = 'tegula.field.remove'");

        assertThat(expect(7, clinic.run("fields", "remove", "public.patient.tel", "--yes"))
                        .err())
                .contains("Unknown column `public.patient.tel`");
        assertThat(expect(7, clinic.run("fields", "remove", "public.patient.sn", "--yes"))
                        .err())
                .contains("Did you mean `" + COLUMN + "`?");
    }
}
