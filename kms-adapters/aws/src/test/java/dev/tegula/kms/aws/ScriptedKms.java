package dev.tegula.kms.aws;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ServerSocketFactory;
import javax.net.ssl.SSLContext;

/**
 * An endpoint in this process that meets each request with the next step of a script, the last one for ever, and keeps
 * every byte it was sent. For faults only; what works is tried on a service.
 */
final class ScriptedKms implements AutoCloseable {

    private static final Pattern LENGTH = Pattern.compile("(?i)\r\nContent-Length: *([0-9]+)");

    private final ServerSocket listener;
    private final String scheme;
    private final List<Step> script;
    private final AtomicInteger next = new AtomicInteger();
    private final AtomicInteger connections = new AtomicInteger();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final List<Socket> open = new CopyOnWriteArrayList<>();

    private ScriptedKms(ServerSocketFactory sockets, String scheme, List<Step> script) throws IOException {
        this.listener = sockets.createServerSocket(0, 50, InetAddress.getLoopbackAddress());
        this.scheme = scheme;
        this.script = script;
        start(this::accept);
    }

    static ScriptedKms of(Step... script) throws IOException {
        return new ScriptedKms(ServerSocketFactory.getDefault(), "http", List.of(script));
    }

    static ScriptedKms tls(SSLContext context, Step... script) throws IOException {
        return new ScriptedKms(context.getServerSocketFactory(), "https", List.of(script));
    }

    URI endpoint() {
        return URI.create(scheme + "://localhost:" + listener.getLocalPort());
    }

    int connections() {
        return connections.get();
    }

    /** Requests as they came, head and body, one char for each byte. */
    List<String> requests() {
        return requests;
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = listener.accept();
                open.add(socket);
                connections.incrementAndGet();
                start(() -> serve(socket));
            }
        } catch (IOException closed) {
            // The test is over.
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            for (String request = read(socket.getInputStream());
                    !request.isEmpty();
                    request = read(socket.getInputStream())) {
                requests.add(request);
                script.get(Math.min(next.getAndIncrement(), script.size() - 1)).meet(socket, request);
            }
        } catch (IOException gone) {
            // The client hung up, or the step did.
        }
    }

    private static String read(InputStream in) throws IOException {
        ByteArrayOutputStream request = new ByteArrayOutputStream();
        int bodyAt = -1;
        int length = 0;
        while (bodyAt < 0 || request.size() < bodyAt + length) {
            int next = in.read();
            if (next < 0) {
                return "";
            }
            request.write(next);
            if (bodyAt < 0 && next == '\n') {
                String head = request.toString(StandardCharsets.ISO_8859_1);
                if (head.endsWith("\r\n\r\n")) {
                    bodyAt = request.size();
                    Matcher found = LENGTH.matcher(head);
                    length = found.find() ? Integer.parseInt(found.group(1)) : 0;
                }
            }
        }
        return request.toString(StandardCharsets.ISO_8859_1);
    }

    private static void start(Runnable work) {
        Thread thread = new Thread(work, "scripted-kms");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (Socket socket : open) {
            socket.close();
        }
    }

    /** What happens to one request. */
    interface Step {
        void meet(Socket socket, String request) throws IOException;
    }
}
