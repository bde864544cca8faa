package dev.tegula.test.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The server behind the proxy answers each byte with the next one. */
final class TcpProxyTest {

    private ServerSocket server;
    private TcpProxy proxy;

    @BeforeEach
    void start() throws IOException {
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread thread = new Thread(this::serve, "increment");
        thread.setDaemon(true);
        thread.start();
        proxy = TcpProxy.to("127.0.0.1", server.getLocalPort());
    }

    @AfterEach
    void stop() throws IOException {
        proxy.close();
        server.close();
    }

    @Test
    void proxy_asItStarts_passesBothWaysAndCounts() throws IOException {
        try (Socket one = connect();
                Socket two = connect()) {
            assertThat(ask(one, 1)).isEqualTo(2);
            assertThat(ask(two, 5)).isEqualTo(6);
            assertThat(ask(one, 2)).isEqualTo(3);
        }
        assertThat(proxy.connections()).isEqualTo(2);
    }

    @Test
    void cut_untilRestored_resetsOpenConnectionsAndRefusesNewOnes() throws IOException {
        try (Socket open = connect()) {
            assertThat(ask(open, 1)).isEqualTo(2);
            proxy.cut();
            assertThatThrownBy(() -> ask(open, 1)).isInstanceOf(SocketException.class);
        }
        assertThatThrownBy(this::connect).isInstanceOf(ConnectException.class);
        proxy.restore();
        try (Socket again = connect()) {
            assertThat(ask(again, 1)).isEqualTo(2);
        }
    }

    @Test
    void hold_untilRestored_keepsTheAnswerAndLetsTheRequestThrough() throws IOException {
        try (Socket socket = connect()) {
            proxy.hold();
            assertThat(proxy.awaitHeld(1, Duration.ofMillis(50))).isFalse();
            socket.getOutputStream().write(7);
            assertThat(proxy.awaitHeld(1, Duration.ofMinutes(5))).isTrue();
            socket.setSoTimeout(50);
            assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);
            socket.setSoTimeout(10_000);
            proxy.restore();
            assertThat(socket.getInputStream().read()).isEqualTo(8);
        }
    }

    @Test
    void holdAnswerTo_ofARequest_keepsItsAnswerAndNoneOfOtherConnections() throws IOException {
        try (Socket socket = connect();
                Socket other = connect()) {
            proxy.holdAnswerTo("B");
            assertThat(ask(socket, 'A')).isEqualTo('B');
            socket.getOutputStream().write('B');
            assertThat(proxy.awaitHeld(1, Duration.ofMinutes(5))).isTrue();
            assertThat(ask(other, 'B')).isEqualTo('C');
            proxy.restore();
            assertThat(socket.getInputStream().read()).isEqualTo('C');
        }
    }

    @Test
    void delay_ofAnswers_lastsAtLeastThatLong() throws IOException {
        try (Socket socket = connect()) {
            proxy.delay(Duration.ofMillis(200));
            long start = System.nanoTime();
            assertThat(ask(socket, 1)).isEqualTo(2);
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(Duration.ofMillis(200));
        }
    }

    @Test
    void resetNext_ofOne_resetsThatOneOnly() throws IOException {
        proxy.resetNext(1);
        assertThatThrownBy(() -> {
                    try (Socket socket = connect()) {
                        assertThat(ask(socket, 1)).as("an end is a reset too").isNotEqualTo(-1);
                    }
                })
                .isInstanceOf(SocketException.class);
        try (Socket socket = connect()) {
            assertThat(ask(socket, 1)).isEqualTo(2);
        }
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), proxy.port());
        socket.setSoTimeout(10_000);
        return socket;
    }

    private static int ask(Socket socket, int value) throws IOException {
        socket.getOutputStream().write(value);
        return socket.getInputStream().read();
    }

    private void serve() {
        while (!server.isClosed()) {
            try {
                Socket client = server.accept();
                Thread thread = new Thread(() -> answer(client), "increment-connection");
                thread.setDaemon(true);
                thread.start();
            } catch (IOException e) {
                return;
            }
        }
    }

    private static void answer(Socket client) {
        try (client) {
            int value = client.getInputStream().read();
            while (value >= 0) {
                client.getOutputStream().write(value + 1);
                value = client.getInputStream().read();
            }
        } catch (IOException e) {
            // The client is gone.
        }
    }
}
