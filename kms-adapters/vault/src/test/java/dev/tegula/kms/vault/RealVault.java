package dev.tegula.kms.vault;

import dev.tegula.test.servers.VaultAdmin;
import dev.tegula.test.servers.VaultServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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

    VaultKms.Builder kms(VaultAuth auth) {
        return VaultKms.builder()
                .address(server.address())
                .caFile(server.caFile())
                .auth(auth)
                .timeout(Setup.TIMEOUT);
    }
}
