package dev.tegula.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.config.Configuration;
import dev.tegula.config.Profile;
import dev.tegula.failure.ConfigurationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/** What the starter makes of properties: what the command line makes of {@code tegula.yaml}. */
class PropertiesTest {

    private static final String YAML = """
            tegula:
              deployment: clinic-prod
              profile: development
              kms:
                file: { type: tink, keyset: keys/keyset.json, passphrase-file: "${PASS:pass}" }
                vault:
                  { type: vault, address: "https://vault.internal:8200", auth: { method: approle, role-id: "${ROLE}", secret-id-file: sid } }
              keks:
                main: { kms: file, key: primary, default: true, fields: ["patient.*", "visit.note"] }
                Spare: { kms: vault, key: tegula-main }
              keys: { cache-ttl: 30m, outage-limit: 2h, write-lease: 10s, retention: { backups: 30d, changefeeds: 0s } }
              databases:
                clinic:
                  url: "jdbc:postgresql://pg.internal/clinic?sslmode=verify-full"
                  password-file: secrets/clinic
                  registry-pin: "%s"
            """.formatted("5d".repeat(32));

    @TempDir
    Path folder;

    /** An application with nothing in it. */
    static class Read {}

    /** As an application that imports the file; properties given here go before it. */
    private Configuration read(String yaml, String... more) throws IOException {
        return read(yaml, Map.of("ROLE", "role-1"), more);
    }

    private Configuration read(String yaml, Map<String, Object> environment, String... more) throws IOException {
        Path file = Files.writeString(folder.resolve("tegula.yaml"), yaml);
        ConfigurableEnvironment variables = new org.springframework.core.env.StandardEnvironment();
        variables
                .getPropertySources()
                .replace(
                        "systemEnvironment",
                        new SystemEnvironmentPropertySource("systemEnvironment", new LinkedHashMap<>(environment)));
        String[] arguments = new String[more.length + 1];
        arguments[0] = "--spring.config.import=file:" + file;
        for (int i = 0; i < more.length; i++) {
            arguments[i + 1] = "--" + more[i];
        }
        try (ConfigurableApplicationContext context = new SpringApplicationBuilder(Read.class)
                .environment(variables)
                .web(WebApplicationType.NONE)
                .properties(
                        "spring.main.banner-mode=off",
                        "logging.level.root=warn",
                        "spring.main.lazy-initialization=true")
                .run(arguments)) {
            return TegulaProperties.read(context.getEnvironment());
        }
    }

    @Test
    void read_importedFile_isTheTreeOfTheCommandLine() throws IOException {
        Configuration read = read(YAML);
        assertThat(read.deployment()).isEqualTo("clinic-prod");
        assertThat(read.profile()).isEqualTo(Profile.DEVELOPMENT);
        assertThat(read.kms()).containsOnlyKeys("file", "vault");
        assertThat(read.keks()).containsOnlyKeys("main", "Spare");
        assertThat(read.keks().get("main").fields()).containsExactly("patient.*", "visit.note");
        assertThat(read.keks().get("main").preferred()).isTrue();
        assertThat(read.keys().cacheTtl()).isEqualTo(Duration.ofMinutes(30));
        assertThat(read.keys().backups()).contains(Duration.ofDays(30));
        assertThat(read.databases().get("clinic").pins()).containsExactly("5d".repeat(32));
    }

    /** The command line starts there, too; a process of an application runs anywhere. */
    @Test
    void read_relativeFiles_areBesideTheFileThatNamesThem() throws IOException {
        Configuration read = read(YAML);
        assertThat(read.databases().get("clinic").passwordFile()).contains(folder.resolve("secrets/clinic"));
        assertThatThrownBy(() -> read.kms().get("file").open()).hasMessageContaining(folder + "/keys/keyset.json");
        assertThatThrownBy(() -> read.kms().get("vault").open()).hasMessageContaining(folder + "/sid");
    }

    @Test
    void read_unknownName_isRefusedWithThePlaceAndTheNearest() {
        assertThatThrownBy(() -> read(YAML.replace("cache-ttl", "cache-tll")))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageStartingWith("The application's properties: Unknown setting `tegula.keys.cache-tll` (")
                .hasMessageContaining("tegula.yaml")
                .hasMessageContaining(" - 11:")
                .hasMessageContaining("Did you mean `cache-ttl`?");
    }

    @Test
    void read_unknownNameOfAKms_isRefused() {
        assertThatThrownBy(() -> read(YAML.replace("role-id:", "roleid2:")))
                .hasMessageContaining("Unknown setting `tegula.kms.vault.auth.roleid2`")
                .hasMessageContaining("Did you mean `role-id`?");
    }

    @ParameterizedTest
    @ValueSource(strings = {"cache-ttl", "cache_ttl", "cacheTtl", "CACHE-TTL"})
    void read_anySpelling_isTheName(String spelling) throws IOException {
        assertThat(read(YAML.replace("cache-ttl", spelling)).keys().cacheTtl()).isEqualTo(Duration.ofMinutes(30));
    }

    @Test
    void read_propertyBeforeTheFile_wins() throws IOException {
        Configuration read =
                read(YAML, "tegula.keys.cache-ttl=45m", "tegula.keks.main.fields=visit.*", "tegula.kms.file.type=tink");
        assertThat(read.keys().cacheTtl()).isEqualTo(Duration.ofMinutes(45));
        assertThat(read.keks().get("main").fields()).containsExactly("visit.*");
    }

    /** A slash is no part of a property's name, but in brackets; a file that the command line reads too has none. */
    @Test
    void read_namespacesOfSecrets_keepTheirNames() throws IOException {
        String yaml = YAML.replace(
                "  databases:",
                "  secrets: { \"[app/prod]\": { kek: main }, \"[app/my-test]\": { kek: main } }\n  databases:");
        assertThat(read(yaml).secrets()).isEqualTo(Map.of("app/prod", "main", "app/my-test", "main"));
        assertThat(read(YAML, "tegula.secrets[app/prod].kek=main").secrets()).isEqualTo(Map.of("app/prod", "main"));
    }

    @Test
    void read_namespaceThatWouldLoseItsSlash_isRefused() {
        String yaml = YAML.replace("  databases:", "  secrets: { \"app/prod\": { kek: main } }\n  databases:");
        assertThatThrownBy(() -> read(yaml))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("`tegula.secrets.app/prod.kek` loses its slash")
                .hasMessageContaining("tegula.secrets[app/prod].kek");
    }

    /** One list, not the head of one and the tail of another. */
    @Test
    void read_listBeforeTheFile_winsAsAWhole() throws IOException {
        assertThat(read(YAML, "tegula.keks.main.fields[0]=visit.*")
                        .keks()
                        .get("main")
                        .fields())
                .containsExactly("visit.*");
    }

    @Test
    void read_variablesOfTheEnvironment_setKnownNamesOnly() throws IOException {
        Map<String, Object> environment = Map.of(
                "ROLE", "role-1",
                "TEGULA_DEPLOYMENT", "from-environment",
                "TEGULA_KEYS_CACHETTL", "40m",
                "TEGULA_REGISTRY_PIN", "ab".repeat(32),
                "TEGULA_KEKS_MAIN_KEY", "other",
                "TEGULA_CONFIG", "/etc/tegula.yaml",
                "TEGULA_ROLE_ID", "x",
                "TEGULA_TEST_VAULT_ADDR", "x");
        Configuration read = read(YAML, environment);
        assertThat(read.deployment()).isEqualTo("from-environment");
        assertThat(read.keys().cacheTtl()).isEqualTo(Duration.ofMinutes(40));
        assertThat(read.pins()).isEqualTo(List.of("ab".repeat(32)));
        assertThat(read.keks().get("main").key()).isEqualTo("other");
    }

    @Test
    void read_variableThatIsNotSet_isRefusedWithItsPlace() {
        assertThatThrownBy(() -> read(YAML, Map.of()))
                .hasMessageContaining("tegula.kms.vault.auth.role-id (")
                .hasMessageContaining("a variable in it is not set. Set it, or write ${NAME:default}.");
    }

    @Test
    void read_duration_isOfOurGrammarInBoth() {
        assertThatThrownBy(() -> read(YAML.replace("30m", "PT30M"))).hasMessageContaining("`PT30M` is no duration");
    }

    @Test
    void read_secretInAProperty_isRefusedAndNotQuoted() {
        assertThatThrownBy(() -> read(YAML.replace("secret-id-file: sid", "secret-id: canary-0815")))
                .hasMessageContaining("no secret stands in this file")
                .hasMessageNotContaining("canary-0815");
    }

    @Test
    void read_typeOfNoAdapter_isRefusedWithTheNearest() {
        assertThatThrownBy(() -> read(YAML.replace("type: tink", "type: tinq")))
                .hasMessageContaining("no KMS adapter has the type `tinq`")
                .hasMessageContaining("Did you mean `tink`?");
    }

    @Test
    void read_nothing_saysWhatIsMissing() {
        assertThatThrownBy(() -> read("a: b"))
                .hasMessage("The application's properties: tegula.deployment is missing.");
    }
}
