package dev.tegula.cli;

import dev.tegula.test.servers.VaultServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** A transit mount, a policy and an AppRole of their own on a real Vault, and the files by which a configuration uses them. */
public final class VaultClinic {

    /** The name of the key that a test begins with. */
    public static final String KEY = "tegula-main";

    private static final AtomicInteger COUNT = new AtomicInteger();

    private final VaultServer server;
    private final Path folder;
    private final String name =
            "cli" + COUNT.incrementAndGet() + "-" + ProcessHandle.current().pid();
    private final String roleId;

    /** With a key as it should be, and the rights that an operator has. */
    public VaultClinic(VaultServer server, Path folder) {
        this.server = server;
        this.folder = folder;
        server.admin().mountTransit(name);
        server.admin().createKey(name, KEY);
        server.admin().configureKey(name, KEY, Map.of("auto_rotate_period", "2160h"));
        allow("encrypt", "decrypt", "rewrap");
        this.roleId = server.admin().createAppRole(name, Duration.ofMinutes(20), Duration.ofHours(1), name);
        secret("secret-id", server.admin().createSecretId(name));
    }

    /** Grants these operations on every key of the mount, and no others. */
    public void allow(String... operations) {
        StringBuilder policy = new StringBuilder("path \"" + name + "/keys/+\" { capabilities = [\"read\"] }\n");
        for (String operation : operations) {
            policy.append("path \"").append(name + "/" + operation).append("/+\" { capabilities = [\"update\"] }\n");
        }
        server.admin().writePolicy(name, policy.toString());
    }

    /** Grants what makes keys when they are first used, and not to see them. */
    public void allowToMakeUnseen() {
        server.admin()
                .writePolicy(
                        name,
                        "path \"" + name + "/encrypt/+\" { capabilities = [\"create\", \"update\"] }\n" + "path \""
                                + name + "/decrypt/+\" { capabilities = [\"update\"] }");
    }

    /** A token with the policy, in a file. */
    public String token(Duration life) {
        String token = server.admin().createToken(life, name, "default");
        secret("token", token);
        return token;
    }

    /** Writes a file of mode 0600. */
    public Path secret(String file, String content) {
        Path path = folder.resolve(file);
        try {
            Files.deleteIfExists(path);
            Files.createFile(path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            return Files.writeString(path, content + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The server. */
    public VaultServer server() {
        return server;
    }

    /** Where the engine is, which is also the name of the AppRole. */
    public String mount() {
        return name;
    }

    /** The options of {@code init} for a key of this Vault. */
    public String[] initOptions(String key) {
        return new String[] {
            "--vault",
            server.address().toString(),
            "--vault-mount",
            name,
            "--vault-ca-file",
            server.caFile().toString(),
            "--vault-role-id",
            roleId,
            "--vault-secret-id-file",
            folder.resolve("secret-id").toString(),
            "--key",
            key
        };
    }

    /** The same as a line under {@code kms}. */
    public String yaml() {
        return "vault: { type: vault, address: \"" + server.address() + "\", mount: " + name + ", ca-file: \""
                + server.caFile() + "\", auth: { method: approle, role-id: \"" + roleId
                + "\", secret-id-file: secret-id } }";
    }
}
