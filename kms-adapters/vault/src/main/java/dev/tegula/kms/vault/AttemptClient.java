package dev.tegula.kms.vault;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.Authenticator;
import java.net.CookieHandler;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.PushPromiseHandler;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;

/**
 * The shared HTTP client as one attempt of the driver sees it. It ends in time, which a timeout of a request does not
 * promise (it stops at the headers, and a body may take for ever), and it follows a standby to its leader once.
 */
final class AttemptClient extends HttpClient {

    private final HttpClient shared;
    private final Deadline deadline;
    private final Peer peer;

    AttemptClient(HttpClient shared, Duration limit, Peer peer) {
        this.shared = shared;
        this.deadline = Deadline.after(limit);
        this.peer = peer;
    }

    @Override
    public <T> HttpResponse<T> send(HttpRequest request, BodyHandler<T> handler) throws IOException {
        HttpResponse<T> response = sendInTime(request, handler);
        response.sslSession().ifPresent(peer::seen);
        if (!LeaderRedirect.asked(response.statusCode())) {
            return response;
        }
        URI leader = LeaderRedirect.target(request.uri(), response.headers().firstValue("Location"));
        HttpRequest again = HttpRequest.newBuilder(request, (name, value) -> true)
                .uri(leader)
                .build();
        return sendInTime(again, handler);
    }

    private <T> HttpResponse<T> sendInTime(HttpRequest request, BodyHandler<T> handler) throws IOException {
        CompletableFuture<HttpResponse<T>> sent = shared.sendAsync(request, handler);
        try {
            return sent.get(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            sent.cancel(true);
            throw new HttpTimeoutException("no complete answer in time");
        } catch (InterruptedException e) {
            sent.cancel(true);
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for an answer");
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException cause
                    ? cause
                    : new IOException("the HTTP client failed", e.getCause());
        }
    }

    @Override
    public <T> CompletableFuture<HttpResponse<T>> sendAsync(HttpRequest request, BodyHandler<T> handler) {
        throw new UnsupportedOperationException("The driver sends and waits");
    }

    @Override
    public <T> CompletableFuture<HttpResponse<T>> sendAsync(
            HttpRequest request, BodyHandler<T> handler, PushPromiseHandler<T> pushes) {
        throw new UnsupportedOperationException("The driver sends and waits");
    }

    @Override
    public Optional<CookieHandler> cookieHandler() {
        return shared.cookieHandler();
    }

    @Override
    public Optional<Duration> connectTimeout() {
        return shared.connectTimeout();
    }

    @Override
    public Redirect followRedirects() {
        return shared.followRedirects();
    }

    @Override
    public Optional<ProxySelector> proxy() {
        return shared.proxy();
    }

    @Override
    public SSLContext sslContext() {
        return shared.sslContext();
    }

    @Override
    public SSLParameters sslParameters() {
        return shared.sslParameters();
    }

    @Override
    public Optional<Authenticator> authenticator() {
        return shared.authenticator();
    }

    @Override
    public Version version() {
        return shared.version();
    }

    @Override
    public Optional<Executor> executor() {
        return shared.executor();
    }
}
