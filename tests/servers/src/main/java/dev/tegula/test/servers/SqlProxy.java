package dev.tegula.test.servers;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Stands between clients and a PostgreSQL on 127.0.0.1 and sees the text of every statement that any client runs, whatever library or
 * process sends it: it speaks the server's protocol (version 3.0, PostgreSQL's documentation, chapter "Frontend/Backend Protocol"),
 * without TLS. It may send another text, say that the server is of another version, and let statements fail. Thread-safe.
 */
public final class SqlProxy implements Closeable {

    private static final int SSL = 80_877_103;
    private static final int GSS = 80_877_104;
    private static final int CANCEL = 80_877_102;
    private static final int LENGTH = 4;
    /** The server's own, so that the transaction is as broken as any that it ends. */
    private static final String RAISE =
            "DO $$ BEGIN RAISE EXCEPTION 'restart transaction (injected)' USING ERRCODE = '40001'; END $$";

    private final InetSocketAddress server;
    private final Between between;
    private final ServerSocket accepting;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final AtomicInteger connections = new AtomicInteger();

    /** What becomes of the statements that a client sends in one go, which are one or the beginning of a transaction and one. */
    public enum Fault {
        /** They run. */
        NONE,
        /** The server ends their transaction with 40001. */
        STATEMENT,
        /** Of a COMMIT: the server rolls back and says 40001. */
        COMMIT,
        /** The connection is cut before the server hears of them. */
        CUT_BEFORE,
        /** The connection is cut when the server has run them, and nobody heard its answer. */
        CUT_AFTER
    }

    /** What is done to what goes through; called by one thread of each connection, numbered from 1. */
    public interface Between {
        /** What clients are told as {@code server_version}. */
        default String version(String real) {
            return real;
        }

        /** What the server is sent in the place of a statement's text. */
        default String instead(String sql) {
            return sql;
        }

        /** A statement runs now, as the client wrote it. */
        default void runs(int connection, String sql) {}

        /** Asked before the server is sent these. */
        default Fault fault(int connection, List<String> statements) {
            return Fault.NONE;
        }
    }

    private static final class Message {
        final int type;
        final byte[] body;

        Message(int type, byte[] body) {
            this.type = type;
            this.body = body;
        }
    }

    private SqlProxy(int port, Between between) {
        this.server = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        this.between = between;
        try {
            this.accepting = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        daemon("accept", this::accept);
    }

    /** A proxy in front of the server at that port, on a free port. */
    public static SqlProxy to(int port, Between between) {
        return new SqlProxy(port, between);
    }

    /** Where it listens, on 127.0.0.1. */
    public int port() {
        return accepting.getLocalPort();
    }

    @Override
    public void close() {
        closeQuietly(accepting);
        sockets.forEach(SqlProxy::closeQuietly);
    }

    private void accept() {
        while (!accepting.isClosed()) {
            try {
                Socket client = accepting.accept();
                sockets.add(client);
                daemon("requests", () -> new Connection(client, connections.incrementAndGet()).requests());
            } catch (IOException e) {
                // Closed.
            }
        }
    }

    /** One of a client, and its own to the server. */
    private final class Connection {
        private final Socket client;
        private final Socket upstream = new Socket();
        private final int number;
        private final Map<String, String> prepared = new HashMap<>();
        private volatile boolean unheard;

        Connection(Socket client, int number) {
            this.client = client;
            this.number = number;
        }

        void requests() {
            sockets.add(upstream);
            try {
                client.setTcpNoDelay(true);
                upstream.setTcpNoDelay(true);
                upstream.connect(server, 5_000);
                DataInputStream in = in(client);
                DataOutputStream out = out(upstream);
                if (begin(in, out)) {
                    daemon("answers", this::answers);
                    while (true) {
                        pass(next(in), out);
                    }
                }
            } catch (IOException e) {
                // One side is gone, and with it the connection.
            } finally {
                end();
            }
        }

        /** Passes the first message on, before which a client may ask for encryption; false if nothing comes after it. */
        private boolean begin(DataInputStream in, DataOutputStream out) throws IOException {
            byte[] body = body(in);
            int code = ByteBuffer.wrap(body).getInt();
            while (code == SSL || code == GSS) {
                client.getOutputStream().write('N');
                body = body(in);
                code = ByteBuffer.wrap(body).getInt();
            }
            out.writeInt(body.length + LENGTH);
            out.write(body);
            out.flush();
            return code != CANCEL;
        }

        /** All that the client sends before it waits for an answer. */
        private List<Message> next(DataInputStream in) throws IOException {
            List<Message> messages = new ArrayList<>();
            int type;
            do {
                type = in.readUnsignedByte();
                messages.add(new Message(type, body(in)));
            } while (type == 'P' || type == 'B' || type == 'D' || type == 'E' || type == 'C');
            return messages;
        }

        private void pass(List<Message> messages, DataOutputStream out) throws IOException {
            List<String> statements = new ArrayList<>();
            List<Message> instead = new ArrayList<>();
            for (Message message : messages) {
                instead.add(new Message(message.type, request(message, statements)));
            }
            Fault fault = statements.isEmpty() ? Fault.NONE : between.fault(number, statements);
            statements.forEach(sql -> between.runs(number, sql));
            switch (fault) {
                case STATEMENT -> instead = List.of(new Message('Q', bytes(RAISE)));
                case COMMIT -> instead = List.of(new Message('Q', bytes("ROLLBACK; " + RAISE)));
                case CUT_BEFORE -> throw new IOException("cut");
                case CUT_AFTER -> unheard = true;
                default -> {
                    // Runs.
                }
            }
            for (Message message : instead) {
                send(out, message.type, message.body);
            }
            out.flush();
        }

        private byte[] request(Message message, List<String> statements) {
            byte[] body = message.body;
            switch (message.type) {
                case 'Q' -> {
                    String sql = text(body, 0);
                    statements.add(sql);
                    return bytes(between.instead(sql));
                }
                case 'P' -> {
                    String name = text(body, 0);
                    int start = bytes(name).length;
                    String sql = text(body, start);
                    prepared.put(name, sql);
                    byte[] other = bytes(between.instead(sql));
                    int rest = start + bytes(sql).length;
                    return ByteBuffer.allocate(start + other.length + body.length - rest)
                            .put(body, 0, start)
                            .put(other)
                            .put(body, rest, body.length - rest)
                            .array();
                }
                case 'B' -> {
                    String portal = text(body, 0);
                    statements.add(prepared.getOrDefault(text(body, bytes(portal).length), ""));
                    return body;
                }
                default -> {
                    return body;
                }
            }
        }

        private void answers() {
            try {
                DataInputStream in = in(upstream);
                DataOutputStream out = out(client);
                while (true) {
                    int type = in.readUnsignedByte();
                    byte[] body = body(in);
                    if (type == 'S' && text(body, 0).equals("server_version")) {
                        body = bytes("server_version\0" + between.version(text(body, bytes("server_version").length)));
                    }
                    if (unheard) {
                        if (type == 'Z') {
                            return;
                        }
                        continue;
                    }
                    send(out, type, body);
                    if (in.available() == 0) {
                        out.flush();
                    }
                }
            } catch (IOException e) {
                // One side is gone.
            } finally {
                end();
            }
        }

        private void end() {
            closeQuietly(client);
            closeQuietly(upstream);
            sockets.remove(client);
            sockets.remove(upstream);
        }
    }

    private static byte[] body(DataInputStream in) throws IOException {
        byte[] body = new byte[in.readInt() - LENGTH];
        in.readFully(body);
        return body;
    }

    private static void send(DataOutputStream out, int type, byte[] body) throws IOException {
        out.writeByte(type);
        out.writeInt(body.length + LENGTH);
        out.write(body);
    }

    private static DataInputStream in(Socket socket) throws IOException {
        return new DataInputStream(new BufferedInputStream(socket.getInputStream(), 1 << 16));
    }

    private static DataOutputStream out(Socket socket) throws IOException {
        return new DataOutputStream(new BufferedOutputStream(socket.getOutputStream(), 1 << 16));
    }

    /** The text that begins there and ends with a zero. */
    private static String text(byte[] body, int start) {
        int end = start;
        while (body[end] != 0) {
            end++;
        }
        return new String(body, start, end - start, StandardCharsets.UTF_8);
    }

    private static byte[] bytes(String text) {
        return (text + "\0").getBytes(StandardCharsets.UTF_8);
    }

    private static void closeQuietly(Closeable closeable) {
        try {
            closeable.close();
        } catch (IOException e) {
            // There is nothing left to close.
        }
    }

    private static void daemon(String name, Runnable body) {
        Thread thread = new Thread(body, "sql-proxy-" + name);
        thread.setDaemon(true);
        thread.start();
    }
}
