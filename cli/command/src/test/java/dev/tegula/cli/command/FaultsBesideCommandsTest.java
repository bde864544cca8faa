package dev.tegula.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.cli.output.Exit;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Keys, an adoption, an index and secrets. */
class FaultsBesideCommandsTest extends FaultsBeside {

    @Test
    void keys_areMadeActivatedRetiredRewrappedAndBackedUp() {
        shortLease();
        clinic.edit("  keks:\n", "  keks:\n    spare: { kms: local, key: primary }\n");
        for (int round = 1; round <= rounds; round++) {
            ends("keys", "create", "patient.ssn");
            ends(
                    "keys",
                    "backup",
                    "--to",
                    folder.resolve("keys" + round + ".json").toString());
            long pending = clinic.number("SELECT max(version) FROM tegula_key WHERE field = 'patient.ssn'");
            ends("keys", "activate", "patient.ssn", "--version", String.valueOf(pending));
            assertThat(clinic.number("SELECT version FROM tegula_key WHERE field = 'patient.ssn' AND state = 'ACTIVE'"))
                    .isEqualTo(pending);
            ends("reencrypt", "patient.ssn", "--yes");
            ends("rotate", "patient.ssn", "--yes");
            for (String kek : List.of("spare", "main")) {
                ends(
                        "keys",
                        "backup",
                        "--to",
                        folder.resolve(kek + round + ".json").toString());
                ends("keys", "rewrap", "patient.*", "--to", kek, "--yes");
            }
            assertThat(clinic.number("SELECT count(DISTINCT kek_alias) FROM tegula_key WHERE field = 'patient.ssn' AND"
                            + " wrapped IS NOT NULL"))
                    .isEqualTo(1);
        }
        assertThat(clinic.number(
                        "SELECT count(*) FROM patient JOIN tegula_key k ON k.key_id = substring(ssn from 3 for 32)"
                                + " WHERE k.state = 'ACTIVE'"))
                .isEqualTo(PATIENTS);
    }

    @Test
    void adoption_goesThroughAllPhasesAndBack() throws SQLException {
        shortLease();
        clinic.execute("CREATE TABLE owner (id int PRIMARY KEY, phone text, ssn bytea)");
        ends("keys", "create", "owner.phone", "--activate");
        clinic.publish("owner.phone", "owner", "id", "test");
        List<String> phones =
                IntStream.rangeClosed(1, 200).mapToObj(i -> "+4930" + i).toList();
        for (int round = 1; round <= rounds; round++) {
            clinic.execute("TRUNCATE owner");
            clinic.execute("INSERT INTO owner SELECT i, '+4930' || i FROM generate_series(1, 200) AS i");
            ends("adopt", "owner.phone", "--from", "phone", "--yes");
            ends("adopt", "owner.phone", "--from", "phone", "--yes", "--back");
            ends("adopt", "owner.phone", "--from", "phone", "--yes");
            ends("adopt", "owner.phone", "--from", "phone", "--yes", "--seal");
            assertThat(clinic.number("SELECT count(*) FROM owner WHERE phone IS NOT NULL OR ssn IS NULL"))
                    .isZero();
            ends("adopt", "owner.phone", "--from", "phone", "--yes", "--back");
            ends("adopt", "owner.phone", "--from", "phone", "--yes", "--back");
            assertThat(phones()).containsExactlyElementsOf(phones);
            ends("adopt", "owner.phone", "--from", "phone", "--yes");
            ends("adopt", "owner.phone", "--from", "phone", "--yes", "--seal");
            ends("release", "owner.phone", "--to", "phone", "--yes");
            ends("release", "owner.phone", "--to", "phone", "--yes", "--fence");
            ends("release", "owner.phone", "--to", "phone", "--yes", "--end");
            assertThat(phones()).containsExactlyElementsOf(phones);
        }
    }

    private List<String> phones() throws SQLException {
        List<String> phones = new ArrayList<>();
        try (Connection connection = clinic.dataSource().getConnection();
                Statement select = connection.createStatement();
                ResultSet rows = select.executeQuery("SELECT phone FROM owner ORDER BY id")) {
            while (rows.next()) {
                phones.add(rows.getString(1));
            }
        }
        return phones;
    }

    @Test
    void index_isFilledAndRotated() {
        faults.work(false);
        clinic.rotatingIndex();
        faults.work(true);
        ends("index", "backfill", "patient.ssn", "--yes");
        for (int round = 1; round <= rounds; round++) {
            ends("index", "rotate", "patient.ssn", "--yes");
            ends("index", "verify", "patient.ssn");
            assertThat(clinic.number("SELECT count(DISTINCT ssn_index) FROM patient"))
                    .isEqualTo(PATIENTS);
        }
    }

    @Test
    void secrets_areWritten() {
        shortLease();
        clinic.declare("app/prod");
        ends("keys", "create", "tegula.secret", "--tenant", "app/prod", "--activate");
        for (int round = 1; round <= rounds; round++) {
            put("app/prod/key", "first " + round);
            put("app/prod/key", "second " + round);
            long newest = clinic.number("SELECT current_version FROM tegula_secret WHERE name = 'app/prod/key'");
            ends("secrets", "rollback", "app/prod/key", "--to", "1");
            assertThat(get("app/prod/key")).isEqualTo("first 1");
            ends("secrets", "rollback", "app/prod/key", "--to", String.valueOf(newest));
            assertThat(get("app/prod/key")).isEqualTo("second " + round);
            String copy = "app/prod/copy" + round;
            ends("secrets", "copy", "app/prod/key", copy);
            ends("secrets", "delete", copy, "--yes");
            ends("secrets", "undelete", copy);
            assertThat(get(copy)).isEqualTo("second " + round);
            ends("rotate", "tegula.secret", "--all-tenants", "--yes");
        }
    }

    private void put(String name, String value) {
        piped(value, Exit.DONE, "secrets", "put", name);
        assertThat(get(name)).isEqualTo(value);
    }

    private String get(String name) {
        return calm("secrets", "get", name).out().strip();
    }
}
