package dev.tegula.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.Tegula;
import dev.tegula.cli.RootClinic;
import dev.tegula.cli.SpareKek;
import dev.tegula.cli.TenantClinic;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** What ends a key, a tenant, a root, or the use of a KMS. */
class FaultsBesideEndsTest extends FaultsBeside {

    @Test
    void keys_areRetiredDestroyedAndBroughtBack() {
        TenantClinic.keys(clinic, TenantClinic.BRIEF);
        for (int round = 1; round <= rounds; round++) {
            String file = at("keys" + round + ".json");
            ends("keys", "backup", "--to", file);
            long version =
                    clinic.number("SELECT version FROM tegula_key WHERE field = 'patient.ssn' AND state = 'ACTIVE'");
            ends("rotate", "patient.ssn", "--yes");
            String[] key = {"keys", "", "patient.ssn", "--version", String.valueOf(version)};
            for (String verb : new String[] {"reopen", "retire"}) {
                key[1] = verb;
                ends(key);
            }
            RootClinic.await(() -> clinic.number("SELECT count(*) FROM tegula_key WHERE state = 'RETIRED' AND"
                            + " retired_at < now() - interval '1 second' AND version = " + version)
                    > 0);
            ends("keys", "destroy", "patient.ssn", "--version", String.valueOf(version), "--yes");
            assertThat(clinic.number("SELECT count(*) FROM tegula_key WHERE wrapped IS NULL AND version = " + version))
                    .isEqualTo(1);
            ends("keys", "import", file, "--undo-destroy", "--yes");
            assertThat(clinic.number("SELECT count(*) FROM tegula_key WHERE wrapped IS NULL AND version = " + version))
                    .isZero();
            clinic.execute("DELETE FROM tegula_key WHERE field = 'patient.ssn' AND version = " + version);
            ends("keys", "import", file, "--yes");
            clinic.execute(
                    "UPDATE tegula_key SET provider = 'other' WHERE field = 'patient.ssn' AND version = " + version);
            ends("keys", "drop-unsealed", "--yes");
            assertThat(clinic.number(
                            "SELECT count(*) FROM tegula_key WHERE field = 'patient.ssn' AND version = " + version))
                    .isZero();
        }
        ends("verify", "patient.ssn");
    }

    @Test
    void kms_isLeftForAnotherAndTakenAgain() throws IOException {
        faults.work(false);
        clinic.rotatingIndex();
        clinic.withSecrets("app/prod");
        SpareKek.addTo(clinic);
        faults.work(true);
        for (int round = 1; round <= rounds; round++) {
            for (String kek : new String[] {"spare", "main"}) {
                ends("keys", "backup", "--to", at(kek + round + ".json"));
                ends("keys", "rewrap", "--all", "--to", kek, "--yes");
                assertThat(clinic.number("SELECT count(*) FROM tegula_key WHERE wrapped IS NOT NULL AND kek_alias <> '"
                                + kek + "'"))
                        .isZero();
                ends("verify", "patient.ssn");
                assertThat(calm("secrets", "get", "app/prod/key").out()).contains("canary-2");
            }
        }
    }

    @Test
    void root_givesWayToAnother() {
        faults.work(false);
        clinic.withSecrets("app/prod");
        shortLease();
        RootClinic roots = RootClinic.on(clinic);
        for (int round = 1; round <= rounds; round++) {
            String before = roots.pins().get(0);
            faults.work(true);
            ends("keys", "rotate-registry", "--yes");
            faults.work(false);
            String next = roots.waiting();
            roots.pin(before, next);
            clinic.execute("DELETE FROM tegula_instance");
            faults.work(true);
            ends("keys", "rotate-registry", "--yes");
            ends("keys", "rotate-registry", "--yes", "--finish");
            faults.work(false);
            roots.pin(next);
            assertThat(next).isNotEqualTo(before);
            assertThat(clinic.number("SELECT count(*) FROM tegula_key WHERE purpose = 'REGISTRY' AND state = 'ACTIVE'"
                            + " AND encode(key_id, 'hex') = '" + next + "'"))
                    .isEqualTo(1);
            assertThat(calm("secrets", "get", "app/prod/key").out()).contains("canary-2");
        }
    }

    @Test
    void tenants_areShreddedOneAfterTheOther() {
        faults.work(false);
        TenantClinic tenants = TenantClinic.of(clinic, 2, "stays");
        for (int round = 1; round <= rounds; round++) {
            tenants.keys(TenantClinic.NORMAL);
            String tenant = "leaves-" + round;
            try (Tegula tegula = tenants.engine()) {
                tenants.write(tegula, tenant, "canary");
            }
            tenants.keys(TenantClinic.SHORT);
            faults.work(true);
            String receipt = at(tenant + ".json");
            ends("shred", "--tenant", tenant, "--receipt", receipt, "--yes");
            ends("shred", "--verify", receipt);
            faults.work(false);
            assertThat(clinic.number("SELECT count(*) FROM tegula_key WHERE wrapped IS NOT NULL AND tenant ="
                            + " '\\x01'::bytea || convert_to('" + tenant + "', 'UTF8')"))
                    .isZero();
        }
        tenants.keys(TenantClinic.NORMAL);
        try (Tegula tegula = tenants.engine()) {
            assertThat(tenants.read(tegula, "stays")).hasSize(2);
        }
    }
}
