package dev.tegula.test.servers;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * moto as AWS KMS over HTTP: any access key is good. It honours the encryption context, aliases, ReEncrypt and
 * RotateKeyOnDemand; it does <em>not</em> refuse disabled keys or keys to be deleted, and it answers AccessDenied for a
 * wrong key. Its keys are in memory: {@link #stop} loses them. Found as {@link NeedsAwsKms} says.
 */
public final class AwsKmsServer implements AutoCloseable {

    /** The region of its keys. */
    public static final String REGION = "eu-central-1";

    private static final Duration TIMEOUT = Duration.ofMinutes(1);

    private static @Nullable AwsKmsServer shared;

    private final URI endpoint;
    private final @Nullable Path directory;
    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(TIMEOUT).build();
    private volatile @Nullable ServerProcess process;

    private AwsKmsServer(URI endpoint, @Nullable Path directory) {
        this.endpoint = endpoint;
        this.directory = directory;
    }

    /**
     * One server for all tests of this JVM: that of TEGULA_TEST_AWS_KMS_ENDPOINT, else one that is started now and stopped
     * with the JVM. Tests keep apart by their keys, and do not stop it.
     *
     * @throws IllegalStateException if there is none, or it does not start
     */
    public static synchronized AwsKmsServer shared() {
        if (shared == null) {
            shared = given(ServerSearch.HERE).orElseGet(AwsKmsServer::open);
        }
        return shared;
    }

    /** The one that the environment names. */
    static Optional<AwsKmsServer> given(ServerSearch search) {
        return search.address(ServerGroup.AWS_KMS).map(address -> new AwsKmsServer(URI.create(address), null));
    }

    /**
     * A server of one's own on a free port.
     *
     * @throws IllegalStateException if there is no program, or it does not start
     */
    public static AwsKmsServer open() {
        try {
            AwsKmsServer server = new AwsKmsServer(
                    URI.create("http://127.0.0.1:" + FreePort.find()), Files.createTempDirectory("tegula-aws-"));
            Runtime.getRuntime().addShutdownHook(new Thread(server::close));
            server.start();
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Where it listens: http, 127.0.0.1. */
    public URI endpoint() {
        return endpoint;
    }

    /** A new symmetric key; its ARN. */
    public String createKey() {
        return call("CreateKey", Map.of()).path("KeyMetadata").path("Arn").asText();
    }

    /**
     * Any operation of the KMS, by its name and its request as AWS documents them.
     *
     * @throws IllegalStateException if it refuses, with the status and the error's type
     * @throws UncheckedIOException if there is no answer
     */
    public JsonNode call(String operation, Map<String, ?> body) {
        try {
            HttpRequest request = HttpRequest.newBuilder(endpoint)
                    .timeout(TIMEOUT)
                    .header("Content-Type", "application/x-amz-json-1.1")
                    .header("X-Amz-Target", "TrentService." + operation)
                    .header("Authorization", authorization())
                    .POST(BodyPublishers.ofByteArray(VaultHttp.JSON.writeValueAsBytes(body)))
                    .build();
            HttpResponse<byte[]> answer = client.send(request, BodyHandlers.ofByteArray());
            if (answer.statusCode() != 200) {
                throw new IllegalStateException(operation + " answered " + answer.statusCode() + " "
                        + VaultHttp.JSON.readTree(answer.body()).path("__type").asText());
            }
            return VaultHttp.JSON.readTree(answer.body().length == 0 ? new byte[] {'{', '}'} : answer.body());
        } catch (IOException e) {
            throw new UncheckedIOException(operation + " was not answered by " + endpoint, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted in " + operation, e);
        }
    }

    /** Ends its process: connections are refused, and its keys are gone. */
    public void stop() {
        if (directory == null) {
            throw new IllegalStateException("the KMS of TEGULA_TEST_AWS_KMS_ENDPOINT is not ours to stop: use"
                    + " AwsKmsServer.open() for that");
        }
        ServerProcess running = process;
        if (running != null) {
            running.stop();
        }
    }

    /** Starts it again at the same endpoint, empty. */
    public void start() {
        Path mine = Objects.requireNonNull(directory, "a server that was given by its address is not ours");
        ServerProgram program = ServerSearch.HERE
                .program(ServerGroup.AWS_KMS)
                .orElseThrow(() -> new IllegalStateException("no moto here: run tests/servers/install aws"));
        ServerProcess started = ServerProcess.start(
                program.command(mine, "-H", "127.0.0.1", "-p", Integer.toString(endpoint.getPort())),
                mine.resolve("moto.log"));
        process = started;
        started.await(this::answers);
    }

    /** Stops it; does nothing to a server that was given by its address. */
    @Override
    public void close() {
        if (directory != null) {
            stop();
            try {
                Files.deleteIfExists(directory.resolve("moto.log"));
                Files.deleteIfExists(directory);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private boolean answers() {
        try {
            call("ListKeys", Map.of());
            return true;
        } catch (UncheckedIOException e) {
            return false;
        }
    }

    /** moto reads the region and the service out of the signature, and does not check it. */
    private static String authorization() {
        return "AWS4-HMAC-SHA256 Credential=test/20260101/" + REGION
                + "/kms/aws4_request, SignedHeaders=host, Signature=00";
    }
}
