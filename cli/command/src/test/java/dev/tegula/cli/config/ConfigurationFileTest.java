package dev.tegula.cli.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.config.Configuration;
import dev.tegula.config.Profile;
import dev.tegula.config.Setting;
import dev.tegula.failure.ConfigurationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigurationFileTest {

    private static final String PIN = "ab".repeat(32);
    private static final String WHOLE = """
            tegula:
              deployment: clinic-test
              profile: development
              kms:
                local: { type: tink, keyset: keyset.json, passphrase-file: /run/passphrase }
              keks:
                main: { kms: local, key: primary, default: true }
                ledger: { kms: local, key: primary, fields: ["account.*"] }
              keys:
                cache-ttl: 30m
                retention: { backups: 30d, changefeeds: 0s }
              databases:
                clinic: { url: "jdbc:postgresql://localhost/clinic", username: "${DB_USER:operator}", registry-pin: "%s" }
            """.formatted(PIN);

    @TempDir
    Path folder;

    private Configuration read(String yaml, Map<String, String> environment) {
        Path file = folder.resolve("tegula.yaml");
        try {
            Files.writeString(file, yaml);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return ConfigurationFile.read(file, environment);
    }

    private ThrowingCallable reading(String yaml) {
        return () -> read(yaml, Map.of());
    }

    private static String changed(String from, String to) {
        assertThat(WHOLE).contains(from);
        return WHOLE.replace(from, to);
    }

    @Test
    void read_wholeTree_isTyped() {
        Configuration configuration = read(WHOLE, Map.of());
        assertThat(configuration.deployment()).isEqualTo("clinic-test");
        assertThat(configuration.profile()).isEqualTo(Profile.DEVELOPMENT);
        assertThat(configuration.keks().get("ledger").fields()).containsExactly("account.*");
        assertThat(configuration.keks().get("main").fields()).containsExactly("*");
        assertThat(configuration.keys().cacheTtl()).isEqualTo(Duration.ofMinutes(30));
        assertThat(configuration.keys().backups()).contains(Duration.ofDays(30));
        assertThat(configuration.database("").pins()).containsExactly(PIN);
        assertThat(configuration.database("clinic").username()).contains("operator");
    }

    @Test
    void read_relativeFile_isBesideTheConfiguration() {
        assertThatThrownBy(read(WHOLE, Map.of()).kms().get("local")::open)
                .hasMessageContaining(folder.resolve("keyset.json").toString());
    }

    @Test
    void read_unknownKey_namesKeyPathAndNearest() {
        assertThatThrownBy(reading(changed("cache-ttl", "cache-tll")))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("tegula.keys.cache-tll` in line 10.")
                .hasMessageContaining("Did you mean `cache-ttl`?");
    }

    @Test
    void read_unknownKeyAtTheTop_isRefused() {
        assertThatThrownBy(reading("spring: {}\n" + WHOLE)).hasMessageContaining("Unknown setting `spring`");
    }

    @Test
    void read_nameTwice_isRefused() {
        assertThatThrownBy(reading(WHOLE + "tegula: {}\n"))
                .hasMessageContaining("tegula.yaml, line 14: the name `tegula` stands there twice, first in line 1.");
    }

    @Test
    void read_twoKeksOfOneAlias_saysNameAndLine() {
        assertThatThrownBy(reading(changed("    ledger: { kms", "    \"main\": { kms")))
                .hasMessageContaining("line 8: the name `main` stands there twice, first in line 7.");
    }

    @Test
    void read_sameNameInTwoMappings_isNone() {
        read(
                changed("  keys:\n", "  keys:\n    retention: {}\n").replaceFirst("    retention: \\{ b.*\n", ""),
                Map.of());
    }

    @Test
    void read_tabAsIndentation_saysTheLine() {
        assertThatThrownBy(reading(changed("  deployment:", "\tdeployment:")))
                .hasMessageContaining("line 2: it is indented with a tab; YAML takes spaces.");
        assertThatThrownBy(reading(changed("    local:", "\t\tlocal:"))).hasMessageContaining("line 5: ");
    }

    @Test
    void read_secondDocument_isRefused() {
        assertThatThrownBy(reading(WHOLE + "---\n" + WHOLE))
                .hasMessageContaining("line 14: a second YAML document begins");
        read("---\n" + WHOLE, Map.of());
    }

    @Test
    void read_alias_isRefusedAndNotTakenForItsName() {
        assertThatThrownBy(reading(changed("deployment: clinic-test", "deployment: &d clinic-test")
                        .replace("key: primary, default", "key: *d, default")))
                .hasMessageContaining("line 7: an alias");
    }

    @Test
    void read_passwordInTheUrl_inAnySpelling_isRefusedAndNotQuoted() {
        for (String name : new String[] {
            "PassWord",
            "p%61ssword",
            "p%2561ssword",
            "PASSWD",
            "pwd",
            "sslpassword",
            "ssl%50assword",
            "db_password",
            "passphrase",
            "client_secret",
            "ssl=true&Password",
            "password%20",
            "passwordX"
        }) {
            assertThatThrownBy(reading(changed("//localhost/clinic", "//localhost/clinic?" + name + "=canary-0815")))
                    .as(name)
                    .hasMessageContaining("password-file")
                    .hasMessageNotContaining("canary-0815");
        }
        read(changed("//localhost/clinic", "//localhost/clinic?ApplicationName=50%25"), Map.of());
    }

    @Test
    void read_noYaml_saysWhereAndQuotesNothing() {
        assertThatThrownBy(reading("tegula:\n  deployment: [canary-0815\n"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("not valid YAML near line")
                .hasMessageNotContaining("canary-0815");
    }

    @Test
    void read_variable_isTakenFromTheEnvironmentAndNamedAsOrigin() {
        Configuration configuration = read(WHOLE, Map.of("DB_USER", "ada"));
        assertThat(configuration.database("").username()).contains("ada");
        assertThat(configuration.settings())
                .contains(new Setting("tegula.databases.clinic.username", "ada", "environment DB_USER"))
                .contains(new Setting("tegula.keys.outage-limit", "4h", "default"))
                .contains(new Setting("tegula.deployment", "clinic-test", "file"));
    }

    @Test
    void read_variableWithoutValueOrDefault_isRefused() {
        assertThatThrownBy(reading(changed("${DB_USER:operator}", "${DB_USER}")))
                .hasMessageContaining("tegula.databases.clinic.username")
                .hasMessageContaining("DB_USER is not set");
    }

    @Test
    void read_variableOfAValue_isNotResolvedAgain() {
        assertThat(read(WHOLE, Map.of("DB_USER", "${HOME}")).database("").username())
                .contains("${HOME}");
    }

    @Test
    void read_kmsOfAnUnknownType_namesThoseThereAre() {
        assertThatThrownBy(reading(changed("type: tink", "type: valt")))
                .hasMessageContaining("tegula.kms.local.type")
                .hasMessageContaining("`valt`; the class path has aws, tink, vault.")
                .hasMessageContaining("Did you mean `vault`?");
    }

    @Test
    void read_keysetInProduction_isRefusedUnlessAllowed() {
        String production = changed("profile: development", "profile: production");
        assertThatThrownBy(reading(production)).hasMessageContaining("allow-production: true");
        read(production.replace("type: tink,", "type: tink, allow-production: true,"), Map.of());
    }

    @Test
    void read_noProfile_isProduction() {
        assertThatThrownBy(reading(changed("  profile: development\n", ""))).hasMessageContaining("allow-production");
    }

    @Test
    void read_kekOfAnUnknownKms_isRefused() {
        assertThatThrownBy(reading(changed("main: { kms: local", "main: { kms: locale")))
                .hasMessageContaining("tegula.keks.main.kms")
                .hasMessageContaining("Did you mean `local`?");
    }

    @Test
    void read_otherHostWithoutVerifiedTls_isRefused() {
        for (String url : new String[] {
            "//pg.internal/clinic", "//pg.internal/clinic?sslmode=require", "//localhost,pg.internal/clinic"
        }) {
            assertThatThrownBy(reading(changed("//localhost/clinic", url)))
                    .hasMessageContaining("pg.internal is another host")
                    .hasMessageContaining("sslmode=verify-full");
        }
        read(changed("//localhost/clinic", "//pg.internal/clinic?sslmode=verify-full"), Map.of());
    }

    @Test
    void read_loginBeforeTheHost_isRefusedAndNotQuoted() {
        assertThatThrownBy(reading(changed("//localhost/clinic", "//ada:canary-0815@localhost/clinic")))
                .hasMessageContaining("username")
                .hasMessageNotContaining("canary");
    }

    @Test
    void read_passwordInTheUrl_isRefusedAndNotQuoted() {
        assertThatThrownBy(reading(changed("//localhost/clinic", "//localhost/clinic?password=canary-0815")))
                .hasMessageContaining("password-file")
                .hasMessageNotContaining("canary-0815");
    }

    @Test
    void read_pinWithoutQuotes_isNotReadAsANumber() {
        assertThatThrownBy(reading(changed("\"" + PIN + "\"", "1e10"))).hasMessageContaining("registry-pin");
    }

    @Test
    void read_pinOfAnotherLength_isRefused() {
        assertThatThrownBy(reading(changed(PIN, "abcd"))).hasMessageContaining("64 hexadecimal digits");
    }

    @Test
    void read_twoPins_areTaken_threeAreNot() {
        String two = "[\"" + PIN + "\", \"" + "cd".repeat(32) + "\"]";
        assertThat(read(changed("\"" + PIN + "\"", two), Map.of()).database("").pins())
                .hasSize(2);
        String three = "[\"" + PIN + "\", \"" + PIN + "\", \"" + PIN + "\"]";
        assertThatThrownBy(reading(changed("\"" + PIN + "\"", three))).hasMessageContaining("not 3");
    }

    @Test
    void read_leaseAboveItsLimit_isRefused() {
        assertThatThrownBy(reading(changed("cache-ttl: 30m", "write-lease: 181s")))
                .hasMessageContaining("180s");
    }

    @Test
    void read_numberWithoutUnit_isNoDuration() {
        assertThatThrownBy(reading(changed("cache-ttl: 30m", "cache-ttl: 30")))
                .hasMessageContaining("tegula.keys.cache-ttl")
                .hasMessageContaining("60s or 30d");
    }

    @Test
    void database_ofAMistypedName_isSuggested() {
        Configuration configuration = read(WHOLE, Map.of());
        assertThatThrownBy(() -> configuration.database("clinik")).hasMessageContaining("Did you mean `clinic`?");
    }

    @Test
    void find_goesByOptionThenVariableThenHome() throws IOException {
        Path option = Files.writeString(folder.resolve("a.yaml"), WHOLE);
        Path variable = Files.writeString(folder.resolve("b.yaml"), WHOLE);
        Path home = Files.createDirectories(folder.resolve("xdg/tegula")).resolve("tegula.yaml");
        Files.writeString(home, WHOLE);
        Map<String, String> environment = Map.of(
                "TEGULA_CONFIG",
                variable.toString(),
                "XDG_CONFIG_HOME",
                folder.resolve("xdg").toString());
        assertThat(ConfigurationFile.find(option, environment)).contains(option);
        assertThat(ConfigurationFile.find(null, environment)).contains(variable);
        assertThat(ConfigurationFile.find(
                        null, Map.of("XDG_CONFIG_HOME", folder.resolve("xdg").toString())))
                .contains(home);
    }

    @Test
    void find_namedFileThatIsNotThere_isNotSkipped() {
        Map<String, String> environment =
                Map.of("TEGULA_CONFIG", folder.resolve("none.yaml").toString());
        assertThatThrownBy(() -> ConfigurationFile.find(null, environment)).hasMessageContaining("TEGULA_CONFIG");
    }
}
