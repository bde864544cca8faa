package dev.tegula.kms.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.UnavailableException;
import dev.tegula.kms.Kek;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Faults before any request: nobody there, nobody known, somebody else. */
@Tag("long")
@Timeout(180)
class ConnectionFaultsTest {

    @TempDir
    Path directory;

    private static byte[] unwrap(AwsKms kms) {
        return kms.kek(Steps.KEY).unwrap(Adapters.wrapped(), Adapters.context());
    }

    private static Throwable failure(URI endpoint) {
        return failure(Adapters.at(endpoint));
    }

    private static Throwable failureInTime(URI endpoint) {
        long begin = System.nanoTime();
        Throwable thrown = failure(Adapters.at(endpoint).timeout(Adapters.SHORT));
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Adapters.BOUND);
        return thrown;
    }

    private static Throwable failure(AwsKmsBuilder builder) {
        try (AwsKms kms = builder.build()) {
            return catchThrowable(() -> unwrap(kms));
        }
    }

    @Test
    void unwrap_nobodyListens_isUnavailable() {
        assertThat(failure(URI.create("http://localhost:1"))).isExactlyInstanceOf(UnavailableException.class);
    }

    /** A listener whose queue is full lets connections hang, as a filter does that drops packets. */
    @Test
    void unwrap_connectionHangs_isUnavailableInTime() throws IOException {
        List<Socket> queue = new ArrayList<>();
        try (ServerSocket full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            while (connects(full.getLocalSocketAddress(), queue)) {
                assertThat(queue).as("connections that nobody accepts").hasSizeLessThan(50);
            }

            assertThat(failureInTime(URI.create("http://127.0.0.1:" + full.getLocalPort())))
                    .isExactlyInstanceOf(UnavailableException.class);
        } finally {
            for (Socket socket : queue) {
                socket.close();
            }
        }
    }

    private static boolean connects(SocketAddress address, List<Socket> queue) throws IOException {
        Socket socket = new Socket();
        queue.add(socket);
        try {
            socket.connect((InetSocketAddress) address, 300);
            return true;
        } catch (SocketTimeoutException e) {
            return false;
        }
    }

    @Test
    void unwrap_handshakeHangs_isUnavailableInTime() throws IOException {
        try (ScriptedKms deaf = ScriptedKms.of(Steps.silence())) {
            assertThat(failureInTime(
                            URI.create("https://localhost:" + deaf.endpoint().getPort())))
                    .isExactlyInstanceOf(UnavailableException.class);
        }
    }

    @Test
    void unwrap_hostUnknown_isUnavailableAndNamesTheRegion() {
        assertThat(failure(URI.create("https://kms.eu-centrl-1.invalid")))
                .isExactlyInstanceOf(UnavailableException.class)
                .hasMessageContaining("region");
    }

    @Test
    void unwrap_certificateNobodyTrusts_isConfiguration() throws Exception {
        Path store = Certificates.store(directory, "localhost");
        try (ScriptedKms server = ScriptedKms.tls(Certificates.context(store), Steps.decrypted(Adapters.root()))) {
            assertThat(failure(server.endpoint()))
                    .isExactlyInstanceOf(ConfigurationException.class)
                    .hasMessageContaining("certificate");
            assertThat(server.requests()).isEmpty();
            assertThat(server.connections()).isLessThanOrEqualTo(AwsKmsBuilder.ATTEMPTS);
        }
    }

    @Test
    void unwrap_certificateOfAnotherHost_isConfiguration() throws Exception {
        Path store = Certificates.store(directory, "elsewhere.example");
        try (Certificates.Trust trust = Certificates.trust(store);
                ScriptedKms server = ScriptedKms.tls(Certificates.context(store), Steps.decrypted(Adapters.root()))) {
            assertThat(failure(server.endpoint()))
                    .isExactlyInstanceOf(ConfigurationException.class)
                    .hasMessageContaining("another host's");
            assertThat(server.requests()).isEmpty();
        }
    }

    @Test
    void unwrap_certificateOfTheHost_opens() throws Exception {
        Path store = Certificates.store(directory, "localhost");
        try (Certificates.Trust trust = Certificates.trust(store);
                ScriptedKms server = ScriptedKms.tls(Certificates.context(store), Steps.decrypted(Adapters.root()));
                AwsKms kms = Adapters.at(server.endpoint()).build()) {
            assertThat(unwrap(kms)).isEqualTo(Adapters.root());
        }
    }

    /** The SDK takes an address from its environment too; it must not get data keys in clear. */
    @Test
    void wrap_addressInClearFromTheEnvironment_isRefusedUnsent() {
        System.setProperty("aws.endpointUrl", "http://kms.example");
        try (AwsKms kms = AwsKms.builder()
                .region(Steps.REGION)
                .credentials(Adapters.CREDENTIALS)
                .build()) {
            assertThatThrownBy(() -> kms.kek(Steps.KEY).wrap(Adapters.root(), Adapters.context()))
                    .isExactlyInstanceOf(ConfigurationException.class)
                    .hasMessageContaining("http://kms.example");
        } finally {
            System.clearProperty("aws.endpointUrl");
        }
    }

    @Test
    void unwrap_threadInterrupted_isUnavailableAndStaysInterrupted() throws IOException {
        try (ScriptedKms server = ScriptedKms.of(Steps.silence());
                AwsKms kms = Adapters.at(server.endpoint()).build()) {
            Kek kek = kms.kek(Steps.KEY);
            Thread.currentThread().interrupt();

            Throwable thrown = catchThrowable(() -> kek.unwrap(Adapters.wrapped(), Adapters.context()));

            assertThat(Thread.interrupted()).isTrue();
            assertThat(thrown).isExactlyInstanceOf(UnavailableException.class);
        }
    }
}
