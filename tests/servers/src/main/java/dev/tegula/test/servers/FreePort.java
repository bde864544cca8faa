package dev.tegula.test.servers;

import java.io.IOException;
import java.net.ServerSocket;
import java.security.SecureRandom;

/** Ports for servers that are started and stopped. */
public final class FreePort {

    private static final int FIRST = 20_000;
    private static final int PORTS = 12_000;

    private FreePort() {}

    /** A port that is free, below those that a system gives to clients: nobody takes it while its server is stopped. */
    public static int find() {
        SecureRandom random = new SecureRandom();
        for (int attempt = 0; attempt < 100; attempt++) {
            int port = FIRST + random.nextInt(PORTS);
            try (ServerSocket socket = new ServerSocket(port)) {
                return socket.getLocalPort();
            } catch (IOException e) {
                // Taken: the next one.
            }
        }
        throw new IllegalStateException("no free port among 100 from " + FIRST);
    }
}
