package dev.tegula.cli.database;

import static dev.tegula.cli.ClinicDatabase.expect;
import static org.assertj.core.api.Assertions.as;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.cli.ChildJvm;
import dev.tegula.cli.ClinicDatabase;
import dev.tegula.config.DatabaseSettings;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.DeniedException;
import dev.tegula.failure.TegulaException;
import dev.tegula.failure.UnavailableException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("long")
class ConnectFailureTest {

    @TempDir
    Path folder;

    @Test
    void connection_refused_namesHostPortAndReason() {
        ClinicDatabase clinic = ClinicDatabase.initialised(folder);
        clinic.edit(":" + ClinicDatabase.port() + "/", ":1/");
        assertThat(expect(4, clinic.run("status")).err())
                .contains("localhost:1")
                .contains("connection refused");
    }

    /** A server that was stopped, or a firewall that answers in its place, accepts and says nothing. */
    @Test
    void connection_acceptedAndNeverAnswered_isUnavailable() throws IOException {
        ClinicDatabase clinic = ClinicDatabase.initialised(folder);
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            clinic.edit(":" + ClinicDatabase.port() + "/", ":" + silent.getLocalPort() + "/");
            assertThat(expect(4, clinic.run("status")).err())
                    .contains("localhost:" + silent.getLocalPort())
                    .contains("nothing answered in 10 s");
        }
    }

    @Test
    void connection_underVerifyFullToAServerWithoutTls_isConfigurationWithItsCure() {
        ClinicDatabase clinic = ClinicDatabase.initialised(folder);
        clinic.edit("/" + clinic.name() + "\"", "/" + clinic.name() + "?sslmode=verify-full\"");
        assertThat(expect(7, clinic.run("status")).err())
                .contains("localhost:" + ClinicDatabase.port() + " has no TLS")
                .contains("ssl = on");
    }

    /** The driver speaks the language of the terminal, and this is told by its words. */
    @Test
    void connection_toAServerWithoutTlsFromAGermanTerminal_hasTheSameCure() throws Exception {
        ClinicDatabase clinic = ClinicDatabase.initialised(folder);
        clinic.edit("/" + clinic.name() + "\"", "/" + clinic.name() + "?sslmode=verify-full\"");
        List<String> words = new ArrayList<>(ChildJvm.tegula("status", "--config=" + clinic.file()));
        words.addAll(1, List.of("-Duser.language=de", "-Duser.country=DE"));

        Process run = new ProcessBuilder(words).redirectErrorStream(true).start();

        assertThat(new String(run.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .contains("has no TLS", "ssl = on");
        assertThat(run.waitFor()).isEqualTo(7);
    }

    @Test
    void connection_withoutAPasswordWhereOneIsAskedFor_isConfigurationThatNamesTheSettings() {
        for (String text : List.of(
                "The server requested SCRAM-based authentication, but no password was provided.",
                "The server requested SCRAM-based authentication, but the password is an empty string.")) {
            assertThat(ConnectFailure.of(settings(), new SQLException(text, "08004")))
                    .get()
                    .isInstanceOf(ConfigurationException.class)
                    .extracting(Throwable::getMessage, as(InstanceOfAssertFactories.STRING))
                    .contains("pg.internal:5433", "tegula.databases.clinic.password-file", "--password-file");
        }
    }

    @Test
    void connection_failed_saysWhy() {
        assertThat(meaning("08001", new UnknownHostException("pg.internal")))
                .isInstanceOf(UnavailableException.class)
                .hasMessageContaining("pg.internal:5433")
                .hasMessageContaining("unknown host");
        assertThat(meaning("08001", new SocketTimeoutException("x")))
                .isInstanceOf(UnavailableException.class)
                .hasMessageContaining("pg.internal:5433")
                .hasMessageContaining("timeout");
        assertThat(meaning("28P01", new IOException("x")))
                .isInstanceOf(DeniedException.class)
                .hasMessageContaining("pg.internal:5433")
                .hasMessageContaining("password");
        assertThat(meaning("08006", new javax.net.ssl.SSLHandshakeException("x")))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("pg.internal:5433")
                .hasMessageContaining("sslrootcert");
    }

    private static TegulaException meaning(String state, Exception cause) {
        return ConnectFailure.of(settings(), new SQLException("The connection attempt failed.", state, cause))
                .orElseThrow();
    }

    private static DatabaseSettings settings() {
        return new DatabaseSettings(
                "clinic",
                "jdbc:postgresql://pg.internal:5433/clinic?sslmode=verify-full",
                Optional.of("app"),
                Optional.empty(),
                List.of(),
                List.of());
    }
}
