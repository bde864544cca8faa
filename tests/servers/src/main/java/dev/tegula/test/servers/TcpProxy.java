package dev.tegula.test.servers;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Stands between a client and a server on 127.0.0.1 and breaks what goes through: refuses, resets, holds, delays. It knows
 * bytes only, so TLS goes through untouched. Thread-safe.
 */
public final class TcpProxy implements Closeable {

    private final InetSocketAddress server;
    private final int port;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicInteger toReset = new AtomicInteger();
    private final Gate answers = new Gate();
    private final AtomicReference<@Nullable String> awaited = new AtomicReference<>();
    private @Nullable ServerSocket listener;
    private @Nullable Thread accepting;

    /** What happens to a piece before it goes on. */
    private interface Passage {
        void pass(byte[] bytes, int length);
    }

    private TcpProxy(InetSocketAddress server) {
        this.server = server;
        this.port = FreePort.find();
        restore();
    }

    /** A proxy in front of that server, on a free port, that lets everything through. */
    public static TcpProxy to(String host, int port) {
        return new TcpProxy(new InetSocketAddress(host, port));
    }

    /** Where it listens, on 127.0.0.1. */
    public int port() {
        return port;
    }

    /** How many connections it took so far. */
    public int connections() {
        return connections.get();
    }

    /** Refuses new connections and resets those that are open, until {@link #restore}. */
    public synchronized void cut() {
        if (listener != null) {
            closeQuietly(listener);
            listener = null;
            awaitEnd(accepting);
        }
        // All of them first: the end of one side makes its pump close the other.
        sockets.forEach(TcpProxy::closeWithReset);
        sockets.forEach(TcpProxy::closeQuietly);
    }

    /** Takes the next so many connections and resets them at once; those after are served. */
    public void resetNext(int count) {
        toReset.set(count);
    }

    /** Keeps what the server answers from now on, on all connections, until {@link #restore}; requests go through. */
    public void hold() {
        answers.shut();
    }

    /**
     * Keeps the answer to the next request with this text, and all after it on its connection, until {@link #restore};
     * other connections go on. Of use where requests are readable, as PostgreSQL's are without TLS.
     */
    public void holdAnswerTo(String text) {
        awaited.set(text);
    }

    /** Waits until the answers of that many connections are being held; false after that time. */
    public boolean awaitHeld(int count, Duration atMost) {
        return answers.awaitWaiting(count, atMost);
    }

    /** Passes each piece of an answer on only after this time; zero ends it. */
    public void delay(Duration delay) {
        answers.delay(delay);
    }

    /** Lets everything through again; what was held arrives now. */
    public synchronized void restore() {
        awaited.set(null);
        answers.open();
        toReset.set(0);
        if (listener == null) {
            try {
                ServerSocket opened = new ServerSocket();
                opened.setReuseAddress(true);
                opened.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
                listener = opened;
                accepting = daemon("accept", () -> accept(opened));
            } catch (IOException e) {
                throw new UncheckedIOException("could not listen on port " + port, e);
            }
        }
    }

    @Override
    public void close() {
        cut();
        answers.open();
    }

    private void accept(ServerSocket from) {
        while (!from.isClosed()) {
            try {
                Socket client = from.accept();
                connections.incrementAndGet();
                if (toReset.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                    closeWithReset(client);
                    closeQuietly(client);
                } else {
                    connect(client, from);
                }
            } catch (IOException e) {
                // Closed by cut, or a client that is gone.
            }
        }
    }

    private void connect(Socket client, ServerSocket from) {
        Socket upstream = new Socket();
        sockets.add(client);
        sockets.add(upstream);
        try {
            client.setTcpNoDelay(true);
            upstream.setTcpNoDelay(true);
            upstream.connect(server, 5_000);
        } catch (IOException e) {
            end(client, upstream);
            return;
        }
        if (from.isClosed()) {
            end(client, upstream);
            return;
        }
        daemon("requests", () -> pump(client, upstream, (bytes, length) -> look(client, bytes, length)));
        daemon("answers", () -> pump(upstream, client, (bytes, length) -> answers.pass(client)));
    }

    /** An end of one direction ends the connection: none of our protocols lives on with half of one. */
    private void pump(Socket source, Socket sink, Passage passage) {
        byte[] buffer = new byte[16 * 1024];
        try {
            int length = source.getInputStream().read(buffer);
            while (length >= 0) {
                passage.pass(buffer, length);
                sink.getOutputStream().write(buffer, 0, length);
                length = source.getInputStream().read(buffer);
            }
        } catch (IOException e) {
            // The other side is gone, or cut was called.
        } finally {
            end(source, sink);
        }
    }

    private void look(Object connection, byte[] request, int length) {
        String text = awaited.get();
        if (text != null && new String(request, 0, length, StandardCharsets.ISO_8859_1).contains(text)) {
            awaited.set(null);
            answers.shut(connection);
        }
    }

    private void end(Socket one, Socket other) {
        sockets.remove(one);
        sockets.remove(other);
        closeQuietly(one);
        closeQuietly(other);
    }

    /** Its end will be a reset and not an orderly one. */
    private static void closeWithReset(Socket socket) {
        try {
            socket.setSoLinger(true, 0);
        } catch (IOException e) {
            // It is closed already.
        }
    }

    private static void closeQuietly(Closeable closeable) {
        try {
            closeable.close();
        } catch (IOException e) {
            // There is nothing left to close.
        }
    }

    /** The kernel takes connections until the thread that waits for one has let go of the closed listener. */
    private static void awaitEnd(@Nullable Thread thread) {
        try {
            if (thread != null) {
                thread.join(Duration.ofSeconds(10).toMillis());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Thread daemon(String name, Runnable body) {
        Thread thread = new Thread(body, "tcp-proxy-" + name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }
}
