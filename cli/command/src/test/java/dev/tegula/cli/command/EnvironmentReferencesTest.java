package dev.tegula.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.tegula.failure.RefusedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EnvironmentReferencesTest {

    @TempDir
    Path folder;

    /** Each of these runs code of who wrote the value, or shows what a program encrypts, before the program's first line. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "LD_PRELOAD",
                "PATH",
                "BASH_ENV",
                "GCONV_PATH",
                "PROMPT_COMMAND",
                "JAVA_TOOL_OPTIONS",
                "_JAVA_OPTIONS",
                "JDK_JAVA_OPTIONS",
                "CLASSPATH",
                "NODE_OPTIONS",
                "PYTHONPATH",
                "PYTHONSTARTUP",
                "PERL5OPT",
                "RUBYOPT",
                "LUA_INIT_5_4",
                "DOTNET_STARTUP_HOOKS",
                "CORECLR_PROFILER_PATH",
                "GIT_SSH_COMMAND",
                "GIT_CONFIG_COUNT",
                "OPENSSL_CONF",
                "SSLKEYLOGFILE",
                "MALLOC_TRACE",
                "GLIBC_TUNABLES"
            })
    void variable_thatChangesHowProgramsStart_isRefusedFromAFileAndFromASecret(String variable) throws IOException {
        assertThat(problems(variable + "=x"))
                .contains("line 1 would set a variable that changes how programs are started");
        EnvironmentReferences references = new EnvironmentReferences();
        references.addVariable(variable, "app/prod/key");
        assertThatExceptionOfType(RefusedException.class)
                .isThrownBy(references::requireSound)
                .withMessageContaining("would set " + variable);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"GIT_COMMIT", "PYTHONUNBUFFERED", "MALLOC_ARENA_MAX", "PATH_PREFIX", "SSL_CERT_FILE", "USER_ID"})
    void variable_thatOnlySoundsLikeThem_isSet(String variable) throws IOException {
        references(variable + "=x").requireSound();
    }

    /** As a value it would start the program with the reference in place of the secret. */
    @ParameterizedTest
    @ValueSource(
            strings = {"TEGULA:app/prod/key", " tegula:app/prod/key", "Tegula:app/prod/key", "tegula :app/prod/key"})
    void reference_thatIsNearlyOne_isRefused(String value) throws IOException {
        assertThat(problems("KEY=" + value)).contains("line 1 is nearly a reference: tegula:SECRET was expected");
    }

    private String problems(String line) throws IOException {
        EnvironmentReferences references = references(line);
        try {
            references.requireSound();
            return "";
        } catch (RefusedException e) {
            return String.valueOf(e.getMessage());
        }
    }

    private EnvironmentReferences references(String line) throws IOException {
        EnvironmentReferences references = new EnvironmentReferences();
        references.addFile(Files.writeString(folder.resolve("app.env"), line + "\n"));
        return references;
    }
}
