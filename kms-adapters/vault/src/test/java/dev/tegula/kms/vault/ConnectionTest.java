package dev.tegula.kms.vault;

import static dev.tegula.kms.vault.ScriptedVault.json;
import static dev.tegula.kms.vault.ScriptedVault.redirect;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.UnavailableException;
import dev.tegula.test.servers.TcpProxy;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The way to Vault: TLS, names, redirects from standbys, sockets that nobody serves. */
@Tag("long")
class ConnectionTest {

    private static final String DECRYPT = "transit/decrypt/main";
    private static final Duration BOUND = Duration.ofMinutes(3);

    private static byte[] unwrap(VaultKms.Builder builder) {
        try (VaultKms kms = builder.build()) {
            return kms.kek("main").unwrap(Setup.wrapped(), Setup.context());
        }
    }

    private static Throwable failure(URI address) {
        return assertTimeoutPreemptively(BOUND, () -> catchThrowable(() -> unwrap(Setup.kms(address))));
    }

    private static ScriptedVault good(Certificates certificate) {
        return ScriptedVault.start(certificate).on(DECRYPT, json(200, Bodies.plaintext(Setup.root())));
    }

    private static void assertCertificateRefused(Certificates certificate) {
        try (ScriptedVault server = good(certificate)) {
            assertThat(failure(server.address()))
                    .isExactlyInstanceOf(ConfigurationException.class)
                    .hasMessageContaining("certificate that is not trusted for this name");
            assertThat(server.calls("auth/token/lookup-self")).isZero();
        }
    }

    @Test
    void unwrap_certificateOfAnUnknownAuthority_isConfiguration() {
        assertCertificateRefused(Certificates.UNTRUSTED);
    }

    @Test
    void unwrap_certificateForAnotherHost_isConfiguration() {
        assertCertificateRefused(Certificates.ELSEWHERE);
    }

    @Test
    void unwrap_certificateExpired_isConfiguration() {
        assertCertificateRefused(Certificates.EXPIRED);
    }

    @Test
    void unwrap_withoutCaFile_trustsTheJvmsAuthoritiesOnly() {
        try (ScriptedVault server = good(Certificates.GOOD)) {
            VaultKms.Builder builder = VaultKms.builder()
                    .address(server.address())
                    .auth(Token.of(Setup.TOKEN))
                    .timeout(Setup.TIMEOUT);

            assertThat(catchThrowable(() -> unwrap(builder))).isExactlyInstanceOf(ConfigurationException.class);
        }
    }

    @Test
    void unwrap_nobodyListens_isUnavailable() {
        assertThat(failure(URI.create("https://127.0.0.1:1")))
                .isExactlyInstanceOf(UnavailableException.class)
                .hasMessageContaining("no connection")
                .hasCauseInstanceOf(IOException.class);
    }

    @Test
    void unwrap_hostThatDoesNotExist_isUnavailable() {
        assertThat(failure(URI.create("https://vault.invalid:8200"))).isExactlyInstanceOf(UnavailableException.class);
    }

    @Test
    void unwrap_connectionReset_isUnavailableAfterThreeConnections(@TempDir Path directory) throws Exception {
        AtomicInteger connections = new AtomicInteger();
        try (ServerSocket resetting = new ServerSocket(0, 8, InetAddress.getLoopbackAddress())) {
            Thread server = new Thread(() -> {
                while (true) {
                    try (Socket socket = resetting.accept()) {
                        connections.incrementAndGet();
                        socket.setSoLinger(true, 0);
                        // The client's hello has come, so this is no refused connection.
                        assertThat(socket.getInputStream().read()).isNotNegative();
                    } catch (IOException e) {
                        return;
                    }
                }
            });
            server.start();

            URI address = URI.create("https://127.0.0.1:" + resetting.getLocalPort());
            VaultKms.Builder builder = Setup.kms(address).auth(Setup.appRole(directory));
            assertThat(assertTimeoutPreemptively(BOUND, () -> catchThrowable(() -> unwrap(builder))))
                    .isExactlyInstanceOf(UnavailableException.class)
                    .hasMessageContaining("the connection broke");
            assertThat(connections).hasValue(3);
        }
    }

    @Test
    void unwrap_firstConnectionReset_succeeds(@TempDir Path directory) {
        try (ScriptedVault server = good(Certificates.GOOD);
                TcpProxy proxy = TcpProxy.to("127.0.0.1", server.address().getPort())) {
            proxy.resetNext(1);

            assertThat(unwrap(Setup.kms(URI.create("https://127.0.0.1:" + proxy.port()))
                            .auth(Setup.appRole(directory))))
                    .isEqualTo(Setup.root());
            assertThat(proxy.connections()).isBetween(2, 3);
            assertThat(server.calls(DECRYPT)).isEqualTo(1);
        }
    }

    @Test
    void unwrap_standbyRedirects_isAnsweredByTheLeaderWithTheToken() {
        try (ScriptedVault leader = good(Certificates.GOOD);
                ScriptedVault standby = ScriptedVault.start()) {
            standby.on(DECRYPT, redirect(leader.address()));

            assertThat(unwrap(Setup.kms(standby.address()).namespace("health/clinic")))
                    .isEqualTo(Setup.root());
            assertThat(leader.requests(DECRYPT)).singleElement().satisfies(seen -> {
                assertThat(seen.token()).isEqualTo(Setup.TOKEN);
                assertThat(seen.namespace()).isEqualTo("health/clinic");
                assertThat(seen.body()).contains("ciphertext");
            });
        }
    }

    @Test
    void unwrap_leaderWithACertificateForAnotherHost_neverSeesTheToken() {
        try (ScriptedVault leader = good(Certificates.ELSEWHERE);
                ScriptedVault standby = ScriptedVault.start()) {
            standby.on(DECRYPT, redirect(leader.address()));

            assertThat(failure(standby.address())).isExactlyInstanceOf(ConfigurationException.class);
            assertThat(leader.calls(DECRYPT)).isZero();
        }
    }

    @Test
    void unwrap_redirectedInCircles_isUnavailable() {
        try (ScriptedVault first = ScriptedVault.start();
                ScriptedVault second = ScriptedVault.start()) {
            first.on(DECRYPT, redirect(second.address()));
            second.on(DECRYPT, redirect(first.address()));

            assertThat(failure(first.address()))
                    .isExactlyInstanceOf(UnavailableException.class)
                    .hasMessageContaining("redirecting");
            assertThat(first.calls(DECRYPT)).isEqualTo(3);
            assertThat(second.calls(DECRYPT)).isEqualTo(3);
        }
    }

    @Test
    void unwrap_namespaceSet_isSentWithEveryCall() {
        try (ScriptedVault server = good(Certificates.GOOD)) {
            unwrap(Setup.kms(server.address()).namespace("health/"));

            assertThat(server.requests("auth/token/lookup-self"))
                    .allMatch(seen -> seen.namespace().equals("health"));
            assertThat(server.requests(DECRYPT)).singleElement().matches(seen -> seen.namespace()
                    .equals("health"));
        }
    }
}
