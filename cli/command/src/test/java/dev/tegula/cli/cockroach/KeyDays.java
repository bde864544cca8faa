package dev.tegula.cli.cockroach;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.cli.RootClinic;
import dev.tegula.cli.SpareKek;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What becomes of keys: their lives, another KMS, another root. */
abstract class KeyDays extends CommandDays {

    static List<String> canaries(int count) {
        List<String> canaries = new ArrayList<>();
        for (int i = 1; i <= count; i++) {
            canaries.add("canary-" + i);
        }
        return canaries;
    }

    @Test
    void keys_liveAndEnd() {
        clinic.edit("  keks:\n", "  keks:\n    spare: { kms: local, key: primary }\n");
        patients(20);
        shortLeases();
        ends("keys", "create", "patient.ssn");
        ends("keys", "backup", "--to", at("keys.json"));
        clinic.execute("DELETE FROM tegula_key WHERE state = 'PENDING'");
        ends("keys", "import", at("keys.json"), "--yes");
        ends("keys", "create", "patient.ssn");
        ends("keys", "backup");
        ends("keys", "activate", "patient.ssn", "--version", "3");
        ends("reencrypt", "patient.ssn", "--yes");
        ends("rotate", "patient.ssn", "--yes");
        ends("keys", "reopen", "patient.ssn", "--version", "1");
        ends("keys", "retire", "patient.ssn", "--version", "1");
        ends("keys", "backup");
        ends("keys", "rewrap", "patient.ssn", "--to", "spare", "--yes");
        ends("keys", "backup");
        ends("keys", "rewrap", "patient.ssn", "--to", "main", "--yes");
        ends("keys", "list");
        ends("keys", "list", "--behind");
        ends("audit", "verify");
        ends("audit", "list");
        ends("audit", "anchor");
        ends("audit", "export");
        destroyOnceItMay();

        assertThat(clinic.read()).containsExactlyElementsOf(canaries(20));
        assertThat(clinic.number("SELECT count(*) FROM tegula_key WHERE state = 'DESTROYED'"))
                .isEqualTo(1);
    }

    /** A cache may hold the key for as long as an outage may last. */
    private void destroyOnceItMay() {
        RootClinic.await(() ->
                clinic.number("SELECT count(*) FROM tegula_key WHERE retired_at < now() - interval '1 second'") > 0);
        ends("keys", "destroy", "patient.ssn", "--version", "1", "--yes");
    }

    @Test
    void row_thatDoesNotVerify_isDroppedAndComesBack() {
        patients(3);
        ends("keys", "create", "patient.tel", "--activate");
        ends("keys", "backup", "--to", at("keys.json"));
        clinic.execute("UPDATE tegula_key SET provider = 'other' WHERE field = 'patient.tel'");
        ends("keys", "drop-unsealed", "--dry-run");
        ends("keys", "drop-unsealed", "--yes");
        ends("keys", "import", at("keys.json"), "--yes");
        ends("keys", "import", at("keys.json"), "--undo-destroy", "--yes");
        ends("inspect", envelope());

        assertThat(clinic.number("SELECT count(*) FROM tegula_key WHERE field = 'patient.tel'"))
                .isEqualTo(1);
    }

    private String envelope() {
        try (var tegula = clinic.engine()) {
            return HexFormat.of().formatHex(RootClinic.encrypt(tegula, "patient.ssn"));
        }
    }

    @Test
    void kms_isLeftForAnother() throws IOException {
        patients(5);
        SpareKek.addTo(clinic);
        ends("doctor");
        ends("keys", "backup");
        ends("keys", "rewrap", "--all", "--to", "spare", "--dry-run");
        ends("keys", "rewrap", "--all", "--to", "spare", "--yes");
        ends("keys", "backup");
        clinic.edit("    main:\n      kms: \"local\"\n", "    main:\n      fields: \"none.*\"\n      kms: \"spare\"\n");
        Files.delete(folder.resolve("tegula.keyset"));

        ends("verify", "patient.ssn");
        assertThat(clinic.number("SELECT count(*) FROM tegula_key WHERE kek_alias <> 'spare'"))
                .isZero();
    }

    @Test
    void root_givesWayToAnother() {
        patients(3);
        clinic.withSecrets("app/prod");
        shortLeases();
        RootClinic roots = RootClinic.on(clinic);
        String before = roots.pins().get(0);
        runs("keys", "rotate-registry");
        String next = roots.made();
        try (var both = roots.application("both", Duration.ofMillis(300), before, next)) {
            roots.rotate(0);
            RootClinic.await(() -> both.seal().rootId().hex().equals(next));
            RootClinic.encrypt(both, "made.afterwards");
        }
        clinic.execute("DELETE FROM tegula_instance");
        roots.rotate(0, "--finish");
        roots.pin(next);
        ends("doctor");
        ends("audit", "verify");
        ends("verify", "patient.ssn");

        assertThat(clinic.read()).containsExactlyElementsOf(canaries(3));
        assertThat(ends("secrets", "get", "app/prod/key").out()).contains("canary-2");
    }
}
