package dev.tegula.kms.vault;

import dev.tegula.test.servers.VaultAdmin;
import dev.tegula.test.servers.VaultServer;
import io.github.jopenlibs.vault.SslConfig;
import io.github.jopenlibs.vault.Vault;
import io.github.jopenlibs.vault.VaultConfig;
import io.github.jopenlibs.vault.VaultException;
import io.github.jopenlibs.vault.json.Json;
import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/** The real server, and what an operator does at it before Tegula comes. */
final class RealVault {

    static final String MOUNT = "transit";

    private static final AtomicInteger NAMES = new AtomicInteger();

    final VaultServer server;
    final VaultAdmin admin;

    private RealVault(VaultServer server) {
        this.server = server;
        this.admin = server.admin();
        admin.mountTransit(MOUNT);
    }

    static RealVault shared() {
        return new RealVault(VaultServer.shared());
    }

    static RealVault of(VaultServer own) {
        return new RealVault(own);
    }

    /** A name that no other test has. */
    static String name(String prefix) {
        return prefix + "-" + ProcessHandle.current().pid() + "-" + NAMES.incrementAndGet();
    }

    /** A fit key that nobody else uses. */
    String key() {
        String key = name("key");
        admin.createKey(MOUNT, key);
        return key;
    }

    /** Writes the policy as it stands in the documentation, for other keys. */
    String policy(String file, String... keys) {
        String name = name(file);
        StringBuilder hcl = new StringBuilder();
        for (String key : keys) {
            hcl.append(document(file).replace("tegula-main", key)).append('\n');
        }
        admin.writePolicy(name, hcl.toString());
        return name;
    }

    private static String document(String file) {
        try {
            return Files.readString(Path.of("../../docs/policies/" + file + ".hcl"));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** An AppRole with these policies, its secret id in a file. */
    AppRole appRole(Path directory, String role, String... policies) {
        String roleId = admin.createAppRole(role, Duration.ofMinutes(10), Duration.ofHours(1), policies);
        return AppRole.of(roleId, Setup.write(directory.resolve(role), admin.createSecretId(role)));
    }

    /** The adapter's own way to ask, without a login. */
    VaultRequests exchange() {
        HttpClient client =
                HttpClient.newBuilder().sslContext(Trust.of(server.caFile())).build();
        return new VaultRequests(server.address(), null, client, Setup.TIMEOUT, new SecureRandom());
    }

    int status(String token, Request request) {
        VaultRequests exchange = exchange();
        return exchange.ask(request, token, exchange.deadline()).status();
    }

    /** What a thief does: wraps a secret id that was unwrapped. */
    String wrapAgain(String secretId) throws VaultException {
        VaultConfig configuration = new VaultConfig()
                .address(server.address().toString())
                .token(server.rootToken())
                .sslConfig(new SslConfig().pemFile(server.caFile().toFile()).build())
                .build();
        return Vault.create(configuration, 1)
                .sys()
                .wrapping()
                .wrap(Json.object().add("secret_id", secretId), 60)
                .getToken();
    }

    VaultKms.Builder kms(VaultAuth auth) {
        return VaultKms.builder()
                .address(server.address())
                .caFile(server.caFile())
                .auth(auth)
                .timeout(Setup.TIMEOUT);
    }
}
