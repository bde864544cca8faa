package dev.tegula.cli.command;

import static dev.tegula.cli.ClinicDatabase.expect;
import static org.assertj.core.api.Assertions.assertThat;

import com.example.kms.Broken;
import com.example.kms.MasterKeyProvider;
import dev.tegula.cli.OwnAdapters;
import dev.tegula.cli.Transcript;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An adapter that breaks its contract is told by name, as configuration, and what it says is not repeated. */
class BrokenAdapterTest {

    @TempDir
    Path folder;

    /** Looks at a configuration of the adapter, without a database. */
    private Transcript run(String settings, String... providers) throws IOException {
        Path file = Files.writeString(folder.resolve("tegula.yaml"), """
                tegula:
                  deployment: d
                  profile: development
                  kms:
                    it: { %s }
                  keks:
                    main: { kms: it, key: k }
                  keys:
                    retention: { backups: 0s, changefeeds: 0s }
                """.formatted(settings));
        Path jar = OwnAdapters.jar(folder, providers);
        Transcript run =
                OwnAdapters.with(jar, () -> Transcript.of("doctor", "--no-database", "--json", "--config=" + file));
        assertThat(run.all()).doesNotContain(Broken.SECRET).doesNotContain("Tegula itself");
        return expect(7, run);
    }

    private String broken(Class<? extends Broken> provider) throws IOException {
        return run("type: broken", provider.getName()).all();
    }

    @Test
    void adapter_thatCannotBeMade_isNamed() throws IOException {
        String keyset = "type: tink, keyset: k, passphrase-file: p";
        assertThat(run(keyset, Broken.NoInstance.class.getName()).all())
                .contains("KMS adapter on the class path cannot be loaded: Provider com.example.kms.Broken$NoInstance")
                .contains("java.lang.IllegalStateException");
        assertThat(run(keyset, Broken.NoClass.class.getName()).all())
                .contains("com.example.kms.Broken$NoClass")
                .contains("the class com/example/vendor/Client is missing");
        assertThat(run(keyset, "com.example.kms.Gone").all()).contains("Provider com.example.kms.Gone not found");
        assertThat(run(keyset, "dev.tegula.cli.Transcript").all()).contains("dev.tegula.cli.Transcript not a subtype");
        assertThat(run(keyset, "no class").all()).contains("META-INF/services/dev.tegula.kms.KmsProvider");
    }

    /** As threads of the common pool have it beside an application with loaders of its own. */
    @Test
    void adapters_besideTegula_areFoundByThreadsThatDoNotSeeThem() throws IOException {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        Path file = Files.writeString(folder.resolve("tegula.yaml"), """
                tegula:
                  deployment: d
                  profile: development
                  kms:
                    it: { type: tink, keyset: k, passphrase-file: p }
                  keks:
                    main: { kms: it, key: k }
                """);
        try {
            for (ClassLoader blind : Arrays.asList(null, ClassLoader.getPlatformClassLoader())) {
                thread.setContextClassLoader(blind);
                assertThat(Transcript.of("doctor", "--no-database", "--config=" + file)
                                .all())
                        .contains("KEK main")
                        .doesNotContain("no KMS adapter");
            }
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    @Test
    void adapters_ofOneType_areBothNamed() throws IOException {
        assertThat(run("type: tink, keyset: k, passphrase-file: p", Broken.SecondVault.class.getName())
                        .all())
                .contains("Two KMS adapters on the class path have the type `vault`")
                .contains("com.example.kms.Broken$SecondVault (")
                .contains("dev.tegula.kms.vault.VaultProvider (");
    }

    @Test
    void adapter_listedInTwoPlaces_isOne() throws IOException {
        String name = MasterKeyProvider.class.getName();
        assertThat(run("type: master-key", name, name, "dev.tegula.kms.vault.VaultProvider")
                        .all())
                .contains("tegula.kms.it.master-key-file is missing");
    }

    @Test
    void adapter_withoutAType_isNamed() throws IOException {
        assertThat(broken(Broken.NoType.class))
                .contains("com.example.kms.Broken$NoType")
                .contains("answered null to type()");
        assertThat(broken(Broken.OddType.class)).contains("lower-case letters, digits and hyphens");
    }

    @Test
    void adapter_thatThrowsOrAnswersNull_isNamed() throws IOException {
        for (Map.Entry<Class<? extends Broken>, String> expected : Map.<Class<? extends Broken>, String>of(
                        Broken.ThrowsInRead.class, "failed in read(settings): java.lang.IllegalStateException",
                        Broken.NullRead.class, "answered null to read(settings)",
                        Broken.NullOpen.class, "answered null to open()",
                        Broken.NullKek.class, "answered null to kek(`k`)",
                        Broken.ThrowsInStatus.class, "failed in status(): java.lang.IllegalStateException",
                        Broken.ThrowsInOpen.class, "failed in open(): the class com/example/vendor/Client is missing")
                .entrySet()) {
            assertThat(broken(expected.getKey()))
                    .contains(expected.getKey().getName() + " (")
                    .contains(expected.getValue());
        }
    }

    @Test
    void adapter_thatReadsASecretFromTheFile_isRefused() throws IOException {
        for (String name : Broken.ReadsSecret.NAMES) {
            assertThat(run("type: broken, " + name + ": " + Broken.SECRET, Broken.ReadsSecret.class.getName())
                            .all())
                    .contains("tegula.kms.it." + name + ": no secret stands in this file")
                    .contains(name + "-file");
        }
    }

    @Test
    void setting_thatTheAdapterDidNotAskFor_isUnknown() throws IOException {
        assertThat(run("type: broken, regoin: x", Broken.AsksForOne.class.getName())
                        .all())
                .contains("Unknown setting `tegula.kms.it.regoin` in line 5.");
        assertThat(run("type: broken, way: { regoin: x }", Broken.AsksForOne.class.getName())
                        .all())
                .contains("Unknown setting `tegula.kms.it.way.regoin` in line 5. Did you mean `region`?");
    }
}
