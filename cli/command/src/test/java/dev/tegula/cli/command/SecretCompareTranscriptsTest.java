package dev.tegula.cli.command;

import static dev.tegula.cli.ClinicDatabase.expect;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.cli.ClinicDatabase;
import dev.tegula.cli.Recorded;
import dev.tegula.cli.Transcript;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Values that are typed, copied, compared and looked at: nobody is shown one. */
@Recorded
@Tag("long")
class SecretCompareTranscriptsTest {

    private static final String KEY = "app/prod/stripe-key";
    private static final String TEST_KEY = "app/test/stripe-key";

    @TempDir
    Path folder;

    private ClinicDatabase clinic;

    @BeforeEach
    void start() {
        clinic = ClinicDatabase.initialised(folder);
        clinic.declare("app/prod", "app/test");
        for (String namespace : new String[] {"app/prod", "app/test"}) {
            expect(0, clinic.run("keys", "create", "tegula.secret", "--tenant", namespace, "--activate"));
        }
    }

    private void put(String name, String value, String... more) {
        String[] line = new String[more.length + 3];
        System.arraycopy(new String[] {"secrets", "put", name}, 0, line, 0, 3);
        System.arraycopy(more, 0, line, 3, more.length);
        expect(0, clinic.pipe(value, line));
    }

    @Test
    void prompt_takesWhatIsTypedTwice_andNothingElse() {
        Transcript typed = expect(0, clinic.answer("canary ü\ncanary ü", "secrets", "put", KEY, "--prompt"));
        assertThat(typed.all()).doesNotContain("canary");
        assertThat(clinic.run("secrets", "get", KEY).out()).isEqualTo("canary ü");

        assertThat(expect(2, clinic.answer("canary-2\ncanary-3", "secrets", "put", KEY, "--prompt"))
                        .all())
                .contains("something else")
                .doesNotContain("canary");
        expect(2, clinic.answer("\n", "secrets", "put", KEY, "--prompt"));
        expect(2, clinic.answer("b\ufffdse\nb\ufffdse", "secrets", "put", KEY, "--prompt"));
        assertThat(expect(2, clinic.pipe("canary-2\ncanary-2", "secrets", "put", KEY, "--prompt"))
                        .all())
                .contains("no terminal")
                .doesNotContain("canary");
        expect(2, clinic.pipe("canary-2", "secrets", "put", KEY, "--prompt", "--generate", "32"));
        expect(2, clinic.pipe("canary-2", "secrets", "put", KEY, "--prompt", "--exact"));
        assertThat(expect(2, clinic.run("secrets", "put", KEY, "--prompt=canary-2"))
                        .all())
                .doesNotContain("canary");
        assertThat(clinic.number("SELECT current_version FROM tegula_secret")).isEqualTo(1);
    }

    @Test
    void copy_makesTheValueTheNewestOfAnother() {
        put(TEST_KEY, "canary-1", "--note", "of the test account");
        put(KEY, "canary-2", "--note", "live");
        expect(0, clinic.run("secrets", "copy", TEST_KEY, KEY, "--dry-run"));
        Transcript copied = expect(0, clinic.run("secrets", "copy", TEST_KEY, KEY, "--expires", "90d"));
        assertThat(copied.all()).doesNotContain("canary");
        assertThat(clinic.run("secrets", "get", KEY).out()).isEqualTo("canary-1");
        assertThat(clinic.run("secrets", "list").out()).contains("live");
        expect(0, clinic.run("secrets", "copy", TEST_KEY, "app/prod/new", "--if-version", "0", "--json"));
        expect(8, clinic.run("secrets", "copy", TEST_KEY, "app/prod/new", "--if-version", "0"));
        expect(8, clinic.run("secrets", "copy", "app/test/absent", KEY));
        expect(7, clinic.run("secrets", "copy", TEST_KEY, "other/key"));
        expect(2, clinic.run("secrets", "copy", KEY, KEY));
        assertThat(clinic.number("SELECT sum(current_version) FROM tegula_secret"))
                .isEqualTo(4);
    }

    @Test
    void diff_namesWhatDiffersAndShowsNoValue() {
        put(TEST_KEY, "canary-1");
        put("app/test/same", "canary-2");
        put("app/test/only-test", "canary-3");
        put(KEY, "canary-9");
        put("app/prod/same", "canary-2");
        put("app/prod/db/password", "canary-4");
        put("app/prod/gone", "canary-5");
        expect(0, clinic.run("secrets", "delete", "app/prod/gone", "--yes"));
        assertThat(expect(3, clinic.run("secrets", "diff", "app/test", "app/prod"))
                        .all())
                .doesNotContain("canary")
                .doesNotContain("gone");
        expect(3, clinic.run("secrets", "diff", "app/test", "app/prod", "--json"));
        expect(0, clinic.run("secrets", "diff", "app/test/same", "app/prod/same"));
        expect(2, clinic.run("secrets", "diff", "app/test"));
        clinic.execute("UPDATE tegula_secret SET note = 'x' WHERE name = 'app/prod/same'");
        expect(6, clinic.run("secrets", "diff", "app/test", "app/prod"));
    }

    @Test
    void check_ofWhatIsInOrder_isGreen_andEachFindingIsNamed() throws IOException {
        put(KEY, "canary-1", "--expires", "90d");
        put("app/prod/db/password", "canary-2");
        expect(0, clinic.run("secrets", "check"));
        expect(0, clinic.run("secrets", "check", "app/prod", "--expires-within", "14d", "--older-than", "365d"));
        expect(3, clinic.run("secrets", "check", "app/prod", "--expires-within", "91d"));
        put("app/prod/old", "canary-3", "--expires", "1ms");
        put("app/prod/gone", "canary-4");
        expect(0, clinic.run("secrets", "delete", "app/prod/gone", "--yes"));
        expect(3, clinic.run("secrets", "check"));
        expect(8, clinic.run("secrets", "check", "app/tset"));
        expect(8, clinic.run("secrets", "check", "app/test", "--json"));
        expect(8, clinic.run("secrets", "diff", "app/tset", "app/test"));
        put(TEST_KEY, "canary-5");
        expect(0, clinic.run("secrets", "check", "app/test"));
        Path file = Files.writeString(folder.resolve("app.env"), """
                # of the shop
                STRIPE_KEY=tegula:app/prod/stripe-key
                OLD=tegula:app/prod/old
                GONE=tegula:app/prod/gone
                ABSENT=tegula:app/prod/absent
                OUTSIDE=tegula:other/key
                REGION=eu
                """);
        expect(3, clinic.run("secrets", "check", "--env-file", file.toString()));
        assertThat(expect(3, clinic.run("secrets", "check", "app/test", "--env-file", file.toString(), "--json"))
                        .all())
                .doesNotContain("canary");
        Files.writeString(file, "STRIPE_KEY=tegula:app/prod/stripe-key\nno line\n");
        expect(8, clinic.run("secrets", "check", "--env-file", file.toString()));
        Files.writeString(file, "A=tegula:app/prod/stripe-key\nA=tegula:app/prod/old\n");
        expect(8, clinic.run("secrets", "check", "--env-file", file.toString()));
    }

    @Test
    void check_ofAnOldValue_countsFromWhenItWasPut_notFromARollback() {
        put(KEY, "canary-1");
        put(KEY, "canary-2");
        expect(0, clinic.run("secrets", "rollback", KEY, "--to", "1"));
        String first = clinic.unrecorded("secrets", "history", KEY, "--json")
                .json()
                .at("/versions/0/created")
                .asText();
        assertThat(expect(3, clinic.run("secrets", "check", KEY, "--older-than", "1ms", "--json"))
                        .json()
                        .at("/findings/0/at")
                        .asText())
                .isEqualTo(first);
    }

    /** A gate that is green where the start would fail is none. */
    @Test
    void check_ofASecretWhoseCurrentVersionIsGone_isNoneThatVerifies() throws IOException {
        put(KEY, "canary-1");
        clinic.execute("DELETE FROM tegula_secret_version");
        Path file = Files.writeString(folder.resolve("app.env"), "STRIPE_KEY=tegula:app/prod/stripe-key\n");
        expect(6, clinic.run("secrets", "check"));
        expect(6, clinic.run("secrets", "check", "--env-file", file.toString()));
    }

    @Test
    void check_opensNoValue() {
        put(KEY, "canary-1");
        clinic.execute("UPDATE tegula_secret_version SET value = set_byte(value, 60, get_byte(value, 60) # 1)");
        expect(0, clinic.run("secrets", "check"));
        expect(6, clinic.run("secrets", "get", KEY));
    }
}
