package dev.tegula.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.envelope.FieldId;
import dev.tegula.envelope.KeyId;
import dev.tegula.envelope.Scope;
import dev.tegula.envelope.Suite;
import dev.tegula.envelope.TenantId;
import dev.tegula.failure.KeyUnknownException;
import dev.tegula.failure.RefusedException;
import dev.tegula.failure.UnavailableException;
import dev.tegula.registry.KeyRow;
import dev.tegula.registry.KeyState;
import dev.tegula.registry.Seal;
import java.io.PrintWriter;
import java.io.Reader;
import java.io.StringWriter;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ErrorReportTest {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final Console console =
            new Console(Reader.nullReader(), new PrintWriter(out), new PrintWriter(err), Terminal.none());

    @Test
    void print_bug_showsNeitherMessageNorStack() {
        Exit exit =
                ErrorReport.print(console, new IllegalStateException("canary-0815"), Map.of(), new FailureSubject());
        assertThat(exit).isEqualTo(Exit.BUG);
        assertThat(err.toString())
                .startsWith("bug: IllegalStateException in Tegula itself (dev.tegula.cli.output.ErrorReportTest:")
                .doesNotContain("canary-0815")
                .doesNotContain("\tat ");
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void print_bugWithDebug_showsTheStack() {
        ErrorReport.print(
                console, new IllegalStateException("detail"), Map.of("TEGULA_DEBUG", "1"), new FailureSubject());
        assertThat(err.toString()).contains("    at dev.tegula.cli.output.ErrorReportTest");
    }

    @Test
    void print_withJson_isOneDocumentOnStdout() {
        console.choose(true, false);
        ErrorReport.print(console, new UsageException("what to do"), Map.of(), new FailureSubject());
        assertThat(out.toString())
                .isEqualTo(
                        "{\"schema\":\"tegula/error/1\",\"exit\":2,\"code\":\"usage\",\"message\":\"what to do\"}\n");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void print_refusalOfAKey_namesFieldKeyAndNextCommands() {
        console.choose(true, false);
        FailureSubject subject = new FailureSubject();
        subject.key(row());
        ErrorReport.print(console, new RefusedException("backup-missing", "no backup"), Map.of(), subject);
        assertThat(out.toString())
                .contains("\"field\":\"patient.ssn\",\"version\":1,\"keyId\":\"" + "ab".repeat(32) + "\"")
                .contains("\"next\":[[\"tegula\",\"keys\",\"backup\",\"patient.ssn\"]]");
    }

    @Test
    void print_commandInTheMessage_isNextAndNotSaidTwice() {
        KeyUnknownException failure = new KeyUnknownException(
                "No key. Make one: `tegula keys create patient.ssn --activate`, not `tegula keys rewrap patient.ssn --to`.");
        ErrorReport.print(console, failure, Map.of(), new FailureSubject());
        assertThat(err.toString()).doesNotContain("next:");
        console.choose(true, false);
        ErrorReport.print(console, failure, Map.of(), new FailureSubject());
        assertThat(out.toString())
                .contains("\"next\":[[\"tegula\",\"keys\",\"create\",\"patient.ssn\",\"--activate\"]]");
    }

    @Test
    void print_kmsDown_pointsToDoctorWhereThereIsAConfiguration() {
        UnavailableException failure = new UnavailableException("down");
        ErrorReport.print(console, failure, Map.of(), new FailureSubject());
        assertThat(err.toString()).contains("next: tegula doctor");
        int said = err.toString().length();
        FailureSubject setup = new FailureSubject();
        setup.setup();
        ErrorReport.print(console, failure, Map.of(), setup);
        assertThat(err.toString().substring(said)).isEqualTo("unavailable: down\n");
    }

    @Test
    void print_globOfFields_isNoField() {
        console.choose(true, false);
        FailureSubject subject = new FailureSubject();
        subject.fields(List.of("patient.*"));
        ErrorReport.print(console, new RefusedException("state", "x"), Map.of(), subject);
        assertThat(out.toString()).doesNotContain("field").contains("[[\"tegula\",\"keys\",\"list\"]]");
    }

    private static KeyRow row() {
        return new KeyRow(
                KeyId.ofHex("ab".repeat(32)),
                Scope.data(FieldId.of("patient.ssn"), TenantId.none()),
                1,
                Suite.XAES_256_GCM,
                KeyState.PENDING,
                1,
                "tink",
                "main",
                Optional.empty(),
                new KeyRow.Times(Instant.EPOCH, null, null, null),
                Seal.copyOf(new byte[32]));
    }
}
