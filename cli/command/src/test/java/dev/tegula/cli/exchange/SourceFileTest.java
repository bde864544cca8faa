package dev.tegula.cli.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.failure.RefusedException;
import dev.tegula.secret.SecretBatch;
import dev.tegula.secret.SecretName;
import dev.tegula.secret.SecretStore;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What comes in of files, and what is refused: with its line, without its text. */
@Tag("long")
class SourceFileTest {

    private static final SecretName PREFIX = new SecretName("app/prod");

    private static Map<String, String> read(SourceFormat format, String text, String... only) {
        return read(format, false, text.getBytes(StandardCharsets.UTF_8), only);
    }

    private static Map<String, String> read(SourceFormat format, boolean literal, byte[] file, String... only) {
        List<SecretName> names = List.of(only).stream().map(SecretName::new).toList();
        Map<String, String> values = new TreeMap<>();
        new SourceFile("file", format, names, literal)
                .read(file, PREFIX)
                .forEach((name, value) -> values.put(
                        name.value().substring("app/prod/".length()), new String(value, StandardCharsets.UTF_8)));
        return values;
    }

    private static void refused(SourceFormat format, String text, String... expected) {
        refused(format, text.getBytes(StandardCharsets.UTF_8), expected);
    }

    private static void refused(SourceFormat format, byte[] file, String... expected) {
        assertThatThrownBy(() -> read(format, false, file))
                .isInstanceOfSatisfying(
                        RefusedException.class, e -> assertThat(e.code()).isEqualTo("source"))
                .hasMessageContainingAll(expected)
                .hasMessageNotContaining("canary");
    }

    @Test
    void dotenv_whatEveryProgramReadsAlike_isTaken() {
        assertThat(read(SourceFormat.DOTENV, """
                # comment

                PLAIN=a b=c:/@%&*()[]{}?!|;<>~^,+-.
                EMPTY=
                  export DB_PASSWORD='p#ss "w$rd" `id` a\\b'   # comment
                ESCAPED="two\\nlines\\r"
                LINES="-----BEGIN
                x=y
                -----END"
                SINGLE='one
                two'
                UNICODE=ü€😀
                """))
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "plain", "a b=c:/@%&*()[]{}?!|;<>~^,+-.",
                        "empty", "",
                        "db_password", "p#ss \"w$rd\" `id` a\\b",
                        "escaped", "two\nlines\r",
                        "lines", "-----BEGIN\nx=y\n-----END",
                        "single", "one\ntwo",
                        "unicode", "ü€😀"));
        assertThat(read(SourceFormat.DOTENV, "A=1\r\nB='2'\r\nC=\"3\""))
                .containsExactlyInAnyOrderEntriesOf(Map.of("a", "1", "b", "2", "c", "3"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '~', quoteCharacter = '^', textBlock = """
            canary                  ~ is no NAME=VALUE
            =canary                 ~ is no NAME=VALUE
            A B=canary              ~ is no NAME=VALUE
            A =canary               ~ is no NAME=VALUE
            9A=canary               ~ is no NAME=VALUE
            A.B=canary              ~ is no NAME=VALUE
            A: canary               ~ is no NAME=VALUE
            A= canary               ~ has blanks around its value
            ^A=canary ^             ~ has blanks around its value
            A=canary#1              ~ in a value without quotes
            A=canary # comment      ~ in a value without quotes
            A=canary$B              ~ in a value without quotes
            A=canary\\n             ~ in a value without quotes
            A=can'ary'              ~ in a value without quotes
            A=`canary`              ~ in a value without quotes
            A="canary$B"            ~ in double quotes
            A="canary\\"x"          ~ in double quotes
            A="canary\\tx"          ~ in double quotes
            A="canary`id`"          ~ in double quotes
            A='canary\\'            ~ has a backslash before a quote
            A='canary\\\\x'         ~ has a backslash before a quote
            A='canary'x             ~ has text behind the closing quote
            A="canary"#x            ~ has text behind the closing quote
            A='canary               ~ opens a quote that is not closed
            A="canary               ~ opens a quote that is not closed
            _A=canary               ~ has a name that is none of a secret
            a=canary                ~ has lower-case letters in its name
            http_Proxy='canary'     ~ has lower-case letters in its name
            """)
    void dotenv_whatProgramsReadDifferently_isRefusedWithItsLine(String line, String expected) {
        refused(SourceFormat.DOTENV, "GOOD=x\n\n" + line, "line 3 ", expected);
    }

    @Test
    void dotenv_linesBehindAValueOfSeveral_keepTheirNumbers() {
        refused(SourceFormat.DOTENV, "A='1\n2\n3'\nB=canary canary'\n\nC=\"\n\"\nno canary", "line 4 ", "line 8 ");
        refused(SourceFormat.DOTENV, "A='1\r\n2'\r\n", "line 1 has control characters");
        refused(SourceFormat.DOTENV, "A=can\0ary\n", "line 1 ");
        refused(SourceFormat.DOTENV, "A=1\nB=2\nA=canary\n", "line 3 gives the name of line 1 once more");
        refused(SourceFormat.DOTENV, "\ufeffA=canary\n", "line 1 is no NAME=VALUE");
    }

    @Test
    void yaml_thatIsLarge_deep_orRefersToItself_isRefusedPlainly() {
        refused(
                SourceFormat.YAML,
                "canary: 1\nother: 2\ncanary: 3\n",
                "line 3: a name stands there twice, first in line 1");
        refused(SourceFormat.YAML, "a: &canary [x]\nb: *canary\n", "line 2: an alias");
        refused(SourceFormat.YAML, "a: &canary { b: *canary }\n", "line 1: an alias");
        refused(SourceFormat.YAML, "{a: ".repeat(50_000) + "canary" + "}".repeat(50_000), "more than 100 levels deep");
        refused(SourceFormat.YAML, "a: " + "[".repeat(50_000) + "]".repeat(50_000), "more than 100 levels deep");
        assertThat(read(SourceFormat.YAML, "#" + "x".repeat(4_000_000) + "\na: taken\n"))
                .containsExactlyEntriesOf(Map.of("a", "taken"));
        assertThat(read(SourceFormat.YAML, "{a: ".repeat(50) + "taken" + "}".repeat(50)))
                .containsValue("taken");
        refused(SourceFormat.JSON, "{\"a\": ".repeat(50_000) + "1" + "}".repeat(50_000), "line 1 is no JSON there");
    }

    @Test
    void properties_isTakenAsJavaReadsIt() {
        assertThat(read(SourceFormat.PROPERTIES, """
                # comment \\
                ! comment
                db.password = a = b \\
                    c
                 apiKey:\\u00fc\\ttab
                empty=
                """))
                .containsExactlyInAnyOrderEntriesOf(Map.of("db/password", "a = b c", "api-key", "ü\ttab", "empty", ""));
    }

    @Test
    void properties_whatJavaLetsPass_isRefusedWithItsLine() {
        refused(SourceFormat.PROPERTIES, "a=1\na=canary\n", "line 2 gives the name of line 1 once more");
        refused(SourceFormat.PROPERTIES, "a=1\\\n2\ncanary\n", "line 3 is no NAME=VALUE");
        refused(SourceFormat.PROPERTIES, "a canary\n", "line 1 is no NAME=VALUE");
        refused(SourceFormat.PROPERTIES, "a=canary\\u12\n", "line 1 has a \\u without");
        refused(SourceFormat.PROPERTIES, "a=canaryü\n", "line 1 has characters");
        refused(SourceFormat.PROPERTIES, "a=1\n#---\nb=canary\n", "line 2 begins a second document");
        refused(SourceFormat.PROPERTIES, "a=canary${B:x}\n", "line 1 holds a placeholder");
        refused(SourceFormat.PROPERTIES, "with\\ space=canary\n", "line 1 has a name that is none");
        assertThat(read(SourceFormat.PROPERTIES, true, "a=${B}".getBytes(StandardCharsets.UTF_8)))
                .containsEntry("a", "${B}");
    }

    @Test
    void json_levelsAreSegments() {
        assertThat(read(SourceFormat.JSON, """
                {"db": {"password": "a\\u0000b", "port": 5432}, "flag": true, "x/y.z": "", "apiKey": "k"}"""))
                .containsExactlyInAnyOrderEntriesOf(
                        Map.of("db/password", "a\0b", "db/port", "5432", "flag", "true", "x/y/z", "", "api-key", "k"));
    }

    @Test
    void json_ofVault_isTakenFromWhereItsValuesAre() {
        String around = "{\"request_id\": \"r\", \"lease_duration\": 0, \"warnings\": null, \"data\": ";
        assertThat(read(SourceFormat.JSON, around + "{\"data\": {\"k\": \"v\"}, \"metadata\": {\"version\": 1}}}"))
                .containsExactlyEntriesOf(Map.of("k", "v"));
        assertThat(read(SourceFormat.JSON, around + "{\"k\": \"v\", \"data\": \"w\"}}"))
                .containsExactlyInAnyOrderEntriesOf(Map.of("k", "v", "data", "w"));
        refused(
                SourceFormat.JSON,
                around + "{\"data\": null, \"metadata\": {\"deletion_time\": \"t\"}}}",
                "has no value");
    }

    @Test
    void json_whatIsNone_isRefusedWithItsLine() {
        refused(SourceFormat.JSON, "{\n\"a\": canary}", "line 2 is no JSON there");
        refused(
                SourceFormat.JSON,
                "{\"a\": \"1\",\n\"a\": \"canary\"}",
                "line 2 is no JSON there, or has a name that stands twice");
        refused(SourceFormat.JSON, "{\"a\": \"1\",\n\"A\": \"canary\"}", "line 2 gives the name of line 1");
        refused(SourceFormat.JSON, "{\"a/b\": \"1\",\n\"a\": {\"b\": \"canary\"}}", "line 2 gives the name of line 1");
        refused(
                SourceFormat.JSON,
                "{\"a\": null,\n\"b\": [\"canary\"],\n\"c\": 1.50,\n\"d\": \"canary\\ud800\"}",
                "line 1 has no value",
                "line 2 begins a list",
                "line 3 has a value that some",
                "line 4 has half a character");
        refused(SourceFormat.JSON, "{\"a\": \"canary\"", "line 1 is no JSON");
        refused(SourceFormat.JSON, "{\"a\": \"canary\"} {}", "line 1 goes on");
        refused(SourceFormat.JSON, "[\"canary\"]", "does not begin a JSON object");
        refused(SourceFormat.JSON, "\"canary\"", "does not begin a JSON object");
        refused(SourceFormat.JSON, "", "does not begin a JSON object");
        refused(SourceFormat.JSON, "{}", "has no value");
        refused(SourceFormat.JSON, "{\"a b\":\n \"canary\"}", "line 2 has a name that is none");
    }

    @Test
    void yaml_valuesAreTakenAsTheyAreWritten() {
        assertThat(read(SourceFormat.YAML, """
                db:
                  password: it's # a comment
                  port: 5432
                quoted: "012\\n"
                single: '1_000'
                block: |
                  one
                  two
                flag: true
                text: !!str 0123
                bytes: !!binary Y2FuYXJ5
                """))
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "db/password",
                        "it's",
                        "db/port",
                        "5432",
                        "quoted",
                        "012\n",
                        "single",
                        "1_000",
                        "block",
                        "one\ntwo\n",
                        "flag",
                        "true",
                        "text",
                        "0123",
                        "bytes",
                        "canary"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '^', textBlock = """
            a: ~                    | has no value
            a: null                 | has no value
            a: 0123                 | some programs take for a number
            a: 1_000                | some programs take for a number
            a: 0x1F                 | some programs take for a number
            a: 1.50                 | some programs take for a number
            a: 12:30:45             | some programs take for a number
            a: yes                  | some programs take for a number
            a: 2026-01-01           | some programs take for a number
            a: [canary]             | begins a list
            a: !!binary can*ary     | has a tag
            a: !vault canary        | has a tag
            a: ENC[AES256_GCM,data:canary] | is still encrypted by SOPS
            a: canary${B}           | holds a placeholder
            a b: canary             | has a name that is none
            [a]: canary             | begins a list
            """)
    void yaml_whatProgramsReadDifferently_isRefusedWithItsLine(String line, String expected) {
        refused(SourceFormat.YAML, "good: x\n" + line, "line 2 ", expected);
    }

    @Test
    void yaml_structureThatMisleads_isRefused() {
        refused(SourceFormat.YAML, "a: 1\na: canary", "line 2", "stands there twice");
        refused(SourceFormat.YAML, "a: &x canary\nb: *x", "line 2", "alias");
        refused(SourceFormat.YAML, "a: canary\n---\nb: canary", "line 2", "second YAML document");
        refused(SourceFormat.YAML, "a: 'canary", "not valid YAML");
        refused(SourceFormat.YAML, "- canary", "a mapping of names and values was expected");
        refused(SourceFormat.YAML, "canary", "a mapping of names and values was expected");
        refused(SourceFormat.YAML, "", "a mapping of names and values was expected");
    }

    @Test
    void only_takesWhatItNamesAndWhatIsBelow_andNothingElseIsLookedAt() {
        String yaml = "server: [x]\nspring:\n  datasource:\n    password: p\n    url: ${U}\nkey: k\n";
        assertThat(read(SourceFormat.YAML, yaml, "spring/datasource/password", "key"))
                .containsExactlyInAnyOrderEntriesOf(Map.of("spring/datasource/password", "p", "key", "k"));
        assertThatThrownBy(() -> read(SourceFormat.YAML, yaml, "spring/data", "key"))
                .hasMessageContaining("nothing is named spring/data, as --only says");
        assertThatThrownBy(() -> read(SourceFormat.YAML, yaml, "spring"))
                .hasMessageContaining("line 5 holds a placeholder");
    }

    @Test
    void file_thatIsNoTextOrTooLarge_isRefused() {
        refused(
                SourceFormat.DOTENV,
                new byte[] {'A', '=', '1', '\n', 'B', '=', (byte) 0xc3, '(', '\n'},
                "line 2 is not UTF-8");
        refused(SourceFormat.DOTENV, new byte[] {'A', '=', (byte) 0xc3}, "line 1 is not UTF-8");
        refused(SourceFormat.DOTENV, new byte[SourceFile.LONGEST + 1], "more than");
        refused(
                SourceFormat.DOTENV,
                "A=" + "c".repeat(SecretStore.LONGEST_VALUE + 1),
                "line 1 has a value of more than");
        StringBuilder many = new StringBuilder();
        for (int i = 0; i <= SecretBatch.MOST; i++) {
            many.append('A').append(i).append("=canary\n");
        }
        refused(SourceFormat.DOTENV, many.toString(), "more than 1000 values");
        refused(SourceFormat.DOTENV, "# nothing\n", "has no value");
    }

    @Test
    void problems_areNamedTenAtATime() {
        refused(SourceFormat.DOTENV, "canary\n".repeat(12), "line 1 ", "line 10 ", "; and 2 more");
    }
}
