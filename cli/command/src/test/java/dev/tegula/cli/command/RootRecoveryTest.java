package dev.tegula.cli.command;

import static dev.tegula.cli.ClinicDatabase.expect;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.Context;
import dev.tegula.Tegula;
import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.cli.ClinicDatabase;
import dev.tegula.cli.RootClinic;
import dev.tegula.envelope.FieldId;
import dev.tegula.envelope.KeyId;
import dev.tegula.envelope.Scope;
import dev.tegula.envelope.TenantId;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.registry.KeyRow;
import dev.tegula.registry.RegistrySeal;
import dev.tegula.value.ValueType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The ways back of a registry's root: one that waits is given up, one that was lost is brought back. */
@Tag("long")
class RootRecoveryTest {

    private static final String SPARE = "    spare: { kms: local, key: primary, default: true }\n";
    private static final String MAIN = "default: true";

    @TempDir
    Path folder;

    private RootClinic roots;
    private ClinicDatabase clinic;
    private String before;

    @BeforeEach
    void begin() {
        roots = RootClinic.of(folder);
        clinic = roots.clinic();
        before = roots.pins().get(0);
    }

    private long roots(String state) {
        return clinic.number("SELECT count(*) FROM tegula_key WHERE purpose = 'REGISTRY' AND state = '" + state + "'");
    }

    /** New keys are wrapped by another KEK. */
    private void spare() {
        clinic.edit(MAIN, "default: false");
        clinic.edit("  keks:\n", "  keks:\n" + SPARE);
    }

    /** It is gone. */
    private void noSpare() {
        clinic.edit(SPARE, "");
        clinic.edit("default: false", MAIN);
    }

    @Test
    void abandon_besideAnApplicationWithBothPins_isNoLongerTrustedAndTheNextOneIsAnother() {
        String next = roots.made();
        try (Tegula both = roots.application("both-app", before, next)) {
            assertThat(both.seal().trusted()).hasSize(2);
            assertThat(roots.rotate(0, "--abandon", "--dry-run").out()).contains("would be given up", "both-app");
            assertThat(roots("PENDING")).isEqualTo(1);
            assertThat(expect(2, clinic.run("keys", "rotate-registry", "--abandon"))
                            .all())
                    .contains("Add --yes");

            assertThat(roots.rotate(0, "--abandon").out()).contains("is given up", next, "both-app");

            RootClinic.await(() -> both.seal().trusted().size() == 1);
            RootClinic.encrypt(both, "made.afterwards");
        }
        assertThat(clinic.number("SELECT count(*) FROM tegula_key WHERE purpose = 'REGISTRY' AND wrapped IS NULL"))
                .isEqualTo(1);
        assertThat(roots.rotate(0, "--abandon").out()).contains("no other waits");
        expect(0, clinic.run("doctor"));
        expect(0, clinic.run("audit", "verify"));
        clinic.execute("DELETE FROM tegula_instance");
        try (Tegula restarted = roots.application("restarted-app", before, next)) {
            assertThat(restarted.seal().trusted()).hasSize(1);
        }
        assertThatThrownBy(() -> roots.application("new-app", Duration.ofMinutes(2), next))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContainingAll(next.substring(0, 8), "given up");

        clinic.execute("DELETE FROM tegula_instance");
        String third = roots.made();
        assertThat(third).isNotEqualTo(next);
        roots.rotate(0);
        assertThat(roots.rotate(8, "--abandon").all()).contains("no way back", "--finish");
        roots.rotate(0, "--finish");
        roots.pin(third);
        expect(0, clinic.run("verify", "patient.ssn"));
        expect(0, clinic.run("audit", "verify"));
    }

    /** Its seal is genuine: it is the row as it was. */
    @Test
    void abandoned_rootWhoseRowIsPutBack_isNamedAndNeverChangedTo() throws IOException {
        String next = roots.made();
        clinic.execute("CREATE TABLE kept AS SELECT * FROM tegula_key WHERE encode(key_id, 'hex') = '" + next + "'");
        Path backup = backups("tegula.registry");
        roots.rotate(0, "--abandon");
        clinic.execute("DELETE FROM tegula_key WHERE encode(key_id, 'hex') = '" + next + "';"
                + " INSERT INTO tegula_key SELECT * FROM kept");

        assertThat(roots.rotate(6).all()).contains("was given up", "put its row back", "--abandon");
        assertThat(roots("ACTIVE")).isEqualTo(1);
        roots.rotate(0, "--abandon");
        expect(0, clinic.run("keys", "import", backup.toString(), "--undo-destroy", "--yes"));
        assertThat(roots("DESTROYED")).isEqualTo(1);
        roots.pin(before);
        assertThat(roots.waiting()).isNotEqualTo(next);
    }

    @Test
    void waitingRoot_whoseKekIsGone_stopsNobodyAndIsGivenUp() {
        spare();
        String next = roots.made();
        noSpare();
        try (Tegula both = roots.application("both-app", before, next)) {
            RootClinic.encrypt(both, "made.afterwards");
            assertThat(both.seal().trusted()).hasSize(1);
        }
        assertThat(roots.rotate(7).all()).contains("does not open", "--abandon", "spare");

        roots.rotate(0, "--abandon");

        String third = roots.made();
        clinic.execute("DELETE FROM tegula_instance");
        roots.rotate(0);
        roots.rotate(0, "--finish");
        roots.pin(third);
        expect(0, clinic.run("verify", "patient.ssn"));
    }

    /** The audit trail from before cannot be verified then; that must not keep a root that may have leaked in its place. */
    @Test
    void rotation_whereTheKekOfARootFromBeforeIsGone_goesOnAndSaysWhatNobodyLookedFor() {
        spare();
        String second = roots.made();
        roots.rotate(0);
        roots.rotate(0, "--finish");
        roots.pin(second);
        noSpare();
        clinic.edit("  keks:\n", "  keks:\n" + SPARE.replace(", " + MAIN, ""));
        String third = roots.made();
        roots.rotate(0);
        roots.rotate(0, "--finish");
        roots.pin(third);
        clinic.edit(SPARE.replace(", " + MAIN, ""), "");
        assertThat(expect(7, clinic.run("audit", "verify")).all()).contains("spare");

        roots.made();
        assertThat(roots.rotate(0).err()).contains("cannot be verified here", "spare");
        roots.rotate(0, "--finish");

        expect(0, clinic.run("verify", "patient.ssn"));
    }

    @Test
    void doctor_betweenTwoRoots_saysWhichStepIsLeft() {
        roots.made();
        assertThat(expect(0, clinic.run("doctor")).out()).contains("waits since", "tegula keys rotate-registry");
        roots.rotate(0);
        assertThat(expect(0, clinic.run("doctor")).out()).contains("tegula keys rotate-registry --finish");
        assertThat(clinic.run("report").all()).contains("tegula keys rotate-registry --finish");
        roots.rotate(0, "--finish");
        assertThat(expect(0, clinic.run("doctor")).out()).doesNotContain("rotate-registry");
    }

    /** It stood still from before the change, so that nobody waited for it, and publishes what it maps then. */
    @Test
    void publisherThatStoodStill_sealsByTheRootOfItsTransactionOrIsTold() {
        String next = roots.made();
        EncryptedColumn late = EncryptedColumn.of("patient.late", "public.patient.late", ValueType.STRING, "id");
        clinic.execute("ALTER TABLE patient ADD late bytea");
        try (Tegula old = roots.application("old-app", Duration.ofMinutes(2), before);
                Tegula both = roots.application("both-app", Duration.ofMinutes(2), before, next)) {
            // Both have reported by then, and do not before their lease ends.
            RootClinic.await(() ->
                    clinic.number("SELECT count(*) FROM tegula_instance WHERE name IN ('old-app', 'both-app')") == 2);
            clinic.execute("DELETE FROM tegula_instance");
            roots.rotate(0);
            long fields = clinic.number("SELECT sum(hashtext(f::text)) FROM tegula_field f");

            assertThatThrownBy(() -> old.publish(late))
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContainingAll("is DECRYPT_ONLY", "tegula.registry-pin");
            assertThat(clinic.number("SELECT sum(hashtext(f::text)) FROM tegula_field f"))
                    .isEqualTo(fields);
            clinic.execute("DELETE FROM tegula_instance");
            roots.rotate(0, "--finish");
            both.publish(late);
        }
        roots.pin(next);
        assertThat(expect(0, clinic.run("fields", "list")).out()).contains("public.patient.late");
        expect(0, clinic.run("verify", "patient.ssn"));
    }

    /** What the holder of a root that leaked can do until the end: rows that verify as long as both roots are trusted. */
    @Test
    void finish_whereARowCarriesTheSealOfTheRootBefore_isRefusedUntilItIsGone() throws IOException {
        String next = roots.made();
        roots.rotate(0);
        Path backup = backups("all-keys");
        try (Tegula both = roots.application("both-app", before, next)) {
            KeyRow key = both.registry()
                    .active(Scope.data(FieldId.of("patient.ssn"), TenantId.none()))
                    .orElseThrow();
            RegistrySeal leaked = both.seal().sealingUnder(KeyId.ofHex(before));
            byte[] seal = leaked.seal(key).seal().bytes();
            clinic.execute("UPDATE tegula_key SET seal = '\\x" + HexFormat.of().formatHex(seal)
                    + "' WHERE encode(key_id, 'hex') = '" + key.keyId().hex() + "'");
            assertThat(both.seal().genuine(leaked.seal(key))).isTrue();
        }
        clinic.execute("DELETE FROM tegula_instance");

        assertThat(roots.rotate(6, "--finish").err()).contains("patient.ssn", "seal of a root that was replaced");

        assertThat(roots("DECRYPT_ONLY")).isEqualTo(1);
        roots.pin(next);
        expect(0, clinic.run("keys", "drop-unsealed", "--yes"));
        expect(0, clinic.run("keys", "import", backup.toString(), "--yes"));
        roots.rotate(0, "--finish");
        assertThat(roots("RETIRED")).isEqualTo(1);
        expect(0, clinic.run("verify", "patient.ssn"));
    }

    @Test
    void import_intoARegistryThatLostAllItsRows_bringsTheRootBackFirst() throws IOException {
        String next = roots.made();
        roots.rotate(0);
        roots.rotate(0, "--finish");
        Path backup = backups("all-keys");
        for (List<String> pins : List.of(List.of(next), List.of(before, next))) {
            roots.pin(pins.toArray(String[]::new));
            clinic.execute("DELETE FROM tegula_key");
            assertThat(expect(7, clinic.run("keys", "list")).err()).contains("no root with the pinned key id");

            assertThat(expect(0, clinic.run("keys", "import", backup.toString(), "--dry-run"))
                            .out())
                    .contains("lost its root", next.substring(0, 8));
            assertThat(clinic.number("SELECT count(*) FROM tegula_key")).isZero();
            assertThat(expect(2, clinic.run("keys", "import", backup.toString()))
                            .all())
                    .contains("has no root", "Add --yes");
            expect(0, clinic.run("keys", "import", backup.toString(), "--yes"));

            assertThat(roots("ACTIVE")).isEqualTo(1);
            expect(0, clinic.run("verify", "patient.ssn"));
            expect(0, clinic.run("audit", "verify"));
            expect(0, clinic.run("keys", "drop-unsealed", "--dry-run"));
            assertThat(clinic.read()).hasSize(3);
        }
    }

    @Test
    void import_intoARegistryThatHasAnotherRoot_bringsNoneBack() throws IOException {
        Path backup = folder.resolve("mine.json");
        expect(0, clinic.run("keys", "backup", "--to", backup.toString()));
        clinic.execute("UPDATE tegula_key SET key_id = sha256(key_id) WHERE purpose = 'REGISTRY'");

        assertThat(expect(7, clinic.run("keys", "import", backup.toString(), "--yes"))
                        .err())
                .contains("no root with the pinned key id", "Nothing was changed");
        assertThat(roots("ACTIVE")).isEqualTo(1);
    }

    /** The tables of the values are newer: a key was made after the change. */
    @Test
    void import_intoARegistryFromBeforeTheNextRootWasMade_takesItsFileByThePin() throws IOException {
        clinic.execute("CREATE TABLE kept AS SELECT * FROM tegula_key");
        String next = roots.made();
        roots.rotate(0);
        byte[] value;
        try (Tegula both = roots.application("both-app", before, next)) {
            value = RootClinic.encrypt(both, "made.afterwards");
        }
        Path all = folder.resolve("all.json");
        Path one = folder.resolve("one.json");
        expect(0, clinic.run("keys", "backup", "--to", all.toString()));
        expect(0, clinic.run("keys", "backup", "made.afterwards", "--to", one.toString()));
        clinic.execute(
                "DELETE FROM tegula_key; INSERT INTO tegula_key SELECT * FROM kept;" + " DELETE FROM tegula_instance");

        roots.pin(before);
        assertThat(expect(7, clinic.run("keys", "import", all.toString(), "--yes"))
                        .err())
                .contains("has the root " + next, "pin it beside", "Nothing was changed");
        roots.pin(before, next);
        assertThat(expect(7, clinic.run("keys", "import", one.toString(), "--yes"))
                        .err())
                .contains("pinned root " + next + " is not in this registry", "import the file that has it first");
        expect(0, clinic.run("keys", "import", all.toString(), "--yes"));

        roots.pin(before);
        try (Tegula after = roots.application("new-app", before)) {
            assertThat(after.field("made.afterwards", String.class).decrypt(value, Context.noTenant()))
                    .isEqualTo("canary");
        }
        expect(0, clinic.run("keys", "drop-unsealed", "--dry-run"));
    }

    /** The newest file of that kind. */
    private Path backups(String kind) throws IOException {
        try (Stream<Path> files = Files.walk(folder.resolve("tegula-backup"))) {
            return files.filter(file -> file.getFileName().toString().contains(kind))
                    .max((one, other) -> one.getFileName().compareTo(other.getFileName()))
                    .orElseThrow();
        }
    }
}
