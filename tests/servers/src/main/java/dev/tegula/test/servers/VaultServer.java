package dev.tegula.test.servers;

import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A real Vault with TLS by a certificate authority of its own and file storage, so that keys survive {@link #stop} and
 * {@link #start}. Its port stays the same. Found or made as {@link NeedsVault} says. Not thread-safe where it changes the
 * server's state.
 */
public final class VaultServer implements AutoCloseable {

    private static @Nullable VaultServer shared;

    private final URI address;
    private final @Nullable Path caFile;
    private final String rootToken;
    private final VaultHttp http;
    private final @Nullable VaultHome home;

    private VaultServer(URI address, @Nullable Path caFile, String rootToken, @Nullable VaultHome home) {
        this.address = address;
        this.caFile = caFile;
        this.rootToken = rootToken;
        this.http = new VaultHttp(address, caFile);
        this.home = home;
    }

    /**
     * One server for all tests of this JVM: that of TEGULA_TEST_VAULT_ADDR, else one that is started now and stopped with
     * the JVM. Tests keep apart by the names of mounts, keys and policies, and neither seal nor stop it.
     *
     * @throws IllegalStateException if there is none, or it does not start
     */
    public static synchronized VaultServer shared() {
        if (shared == null) {
            shared = given(ServerSearch.HERE).orElseGet(VaultServer::open);
        }
        return shared;
    }

    /**
     * A server of one's own, unsealed, in a directory that {@link #close} removes.
     *
     * @throws IllegalStateException if there is no program, or it does not start
     */
    public static VaultServer open() {
        VaultHome home = VaultHome.temporary(ServerSearch.HERE);
        Runtime.getRuntime().addShutdownHook(new Thread(home::close));
        home.startProcess();
        return new VaultServer(home.address(), home.caFile(), home.open(), home);
    }

    /** The one that the environment names. */
    static Optional<VaultServer> given(ServerSearch search) {
        return search.address(ServerGroup.VAULT).map(address -> {
            String token = search.variable("TEGULA_TEST_VAULT_TOKEN")
                    .orElseThrow(() -> new IllegalStateException("TEGULA_TEST_VAULT_ADDR is set without"
                            + " TEGULA_TEST_VAULT_TOKEN: set a token with the rights of root"));
            Path ca = search.variable("TEGULA_TEST_VAULT_CACERT").map(Path::of).orElse(null);
            return new VaultServer(URI.create(address), ca, token, null);
        });
    }

    /** Where it listens: https, 127.0.0.1. */
    public URI address() {
        return address;
    }

    /** The certificate authority of its certificate, PEM. */
    public Path caFile() {
        if (caFile == null) {
            throw new IllegalStateException("TEGULA_TEST_VAULT_CACERT is not set: name the PEM file of the Vault's CA");
        }
        return caFile;
    }

    /** The token of root. */
    public String rootToken() {
        return rootToken;
    }

    /** Calls with the rights of root. */
    public VaultAdmin admin() {
        return new VaultAdmin(http, rootToken);
    }

    /** Makes it write down its requests from now on, for {@link #requests}. */
    public void audit() {
        Map<String, String> options = Map.of("file_path", own().auditLog().toString());
        admin().call("PUT", "sys/audit/file", Map.of("type", "file", "options", options));
    }

    /** How many requests for this path it has answered since {@link #audit}; the path is without {@code /v1/}. */
    public long requests(String path) {
        return own().answered(path);
    }

    /** Seals it: it answers 503 to everything until {@link #unseal}. */
    public void seal() {
        own();
        admin().call("PUT", "sys/seal", Map.of());
    }

    /** Opens it again. Returns when it serves. */
    public void unseal() {
        own().unseal();
    }

    /** Ends its process: connections are refused. */
    public void stop() {
        own().stopProcess();
    }

    /** Starts it again with what it stored, and unseals it. */
    public void start() {
        VaultHome mine = own();
        mine.startProcess();
        mine.open();
    }

    /** Stops it and removes what it stored; does nothing to a server that was given by its address. */
    @Override
    public void close() {
        if (home != null) {
            home.close();
        }
    }

    private VaultHome own() {
        if (home == null) {
            throw new IllegalStateException(
                    "the Vault of TEGULA_TEST_VAULT_ADDR is not ours to stop or seal: use VaultServer.open() for that");
        }
        return home;
    }

    @Override
    public String toString() {
        return "Vault at " + address;
    }
}
