package dev.tegula.test.servers;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The temporary directory of one Vault: certificates, configuration, storage, output, and the keys that open it (mode 0600). */
final class VaultHome {

    private final Path directory;
    private final int port;
    private final ServerProgram program;
    private final TlsFiles tls;
    private final VaultHttp http;
    private volatile @Nullable ServerProcess process;

    private VaultHome(Path directory, int port, ServerProgram program) {
        this.directory = directory;
        this.port = port;
        this.program = program;
        this.tls = TlsFiles.create(directory);
        this.http = new VaultHttp(address(), tls.ca());
    }

    /**
     * A new one, on a free port.
     *
     * @throws IllegalStateException if there is no program for it
     */
    static VaultHome temporary(ServerSearch search) {
        ServerProgram program = search.program(ServerGroup.VAULT)
                .orElseThrow(() -> new IllegalStateException("no Vault here: run tests/servers/install vault"));
        try {
            Path directory = Files.createTempDirectory("tegula-vault-").toRealPath();
            return new VaultHome(directory, FreePort.find(), program);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    URI address() {
        return URI.create("https://127.0.0.1:" + port);
    }

    Path caFile() {
        return tls.ca();
    }

    void startProcess() {
        try {
            Path config = Files.writeString(directory.resolve("vault.hcl"), config());
            ServerProcess started = ServerProcess.start(
                    program.command(directory, "server", "-config=" + config), directory.resolve("vault.log"));
            process = started;
            started.await(http::answers);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void stopProcess() {
        ServerProcess running = process;
        if (running != null) {
            running.stop();
        }
    }

    /** Initializes it if it is new, unseals it, and returns the root token. */
    String open() {
        try {
            if (!http.get("sys/init").path("initialized").asBoolean()) {
                JsonNode made = http.put("sys/init", Map.of("secret_shares", 1, "secret_threshold", 1));
                String keys = VaultHttp.JSON.writeValueAsString(Map.of(
                        "unseal_key", made.path("keys").path(0).asText(),
                        "root_token", made.path("root_token").asText()));
                TlsFiles.writeSecret(keysFile(), keys);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        unseal();
        return secret("root_token");
    }

    void unseal() {
        http.put("sys/unseal", Map.of("key", secret("unseal_key")));
        ServerProcess.awaitUntil(this::active);
    }

    /** Stops the server and removes the directory; may be called again. */
    void close() {
        stopProcess();
        if (!Files.exists(directory)) {
            return;
        }
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Path auditLog() {
        return directory.resolve("audit.log");
    }

    /** Vault writes an answer down before it sends it. */
    long answered(String path) {
        try (Stream<String> lines = Files.lines(auditLog())) {
            return lines.map(VaultHome::parse)
                    .filter(line -> "response".equals(line.path("type").asText())
                            && path.equals(line.at("/request/path").asText()))
                    .count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static JsonNode parse(String line) {
        try {
            return VaultHttp.JSON.readTree(line);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path keysFile() {
        return directory.resolve("keys.json");
    }

    private String secret(String name) {
        try {
            return VaultHttp.JSON.readTree(keysFile().toFile()).path(name).asText();
        } catch (IOException e) {
            throw new UncheckedIOException("the keys of the Vault in " + directory + " are gone", e);
        }
    }

    /** Unsealed and past becoming active: 200, where a sealed one answers 503 and a standby 429. */
    private boolean active() {
        try {
            return http.get("sys/health").path("initialized").asBoolean();
        } catch (IllegalStateException e) {
            return false;
        }
    }

    private String config() {
        return String.join(
                "\n",
                List.of(
                        "storage \"file\" { path = \"" + directory.resolve("data") + "\" }",
                        "listener \"tcp\" {",
                        "  address = \"127.0.0.1:" + port + "\"",
                        "  tls_cert_file = \"" + tls.certificate() + "\"",
                        "  tls_key_file = \"" + tls.key() + "\"",
                        "}",
                        "api_addr = \"" + address() + "\"",
                        "disable_mlock = true",
                        "log_level = \"warn\"",
                        ""));
    }
}
