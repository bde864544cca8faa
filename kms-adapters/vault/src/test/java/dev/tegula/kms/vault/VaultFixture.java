package dev.tegula.kms.vault;

import dev.tegula.kms.Kek;
import dev.tegula.kms.Kms;
import dev.tegula.test.KmsFixture;
import dev.tegula.test.servers.TcpProxy;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Two keys under the documented operator policy, an AppRole that has it, and a proxy to cut the line. */
final class VaultFixture implements KmsFixture {

    private final RealVault vault = RealVault.shared();
    private final TcpProxy proxy;
    private final String key = vault.key();
    private final String other = vault.key();
    private final String policy = vault.policy("vault-operator", key, other);
    private final String secretId;
    private final VaultKms kms;

    VaultFixture(Path directory) throws IOException {
        URI address = vault.server.address();
        this.proxy = TcpProxy.to(address.getHost(), address.getPort());
        String role = RealVault.name("role");
        AppRole login = vault.appRole(directory, role, policy);
        this.secretId = Files.readString(directory.resolve(role));
        this.kms = vault.kms(login)
                .address(URI.create("https://127.0.0.1:" + proxy.port()))
                .build();
    }

    @Override
    public Kms kms() {
        return kms;
    }

    @Override
    public Kek kek() {
        return kms.kek(key);
    }

    @Override
    public Kek otherKek() {
        return kms.kek(other);
    }

    @Override
    public List<String> secrets() {
        return List.of(secretId, "hvs.");
    }

    @Override
    public void addVersion() {
        vault.admin.rotateKey(RealVault.MOUNT, key);
    }

    @Override
    public void refuseOldVersions() {
        int newest = vault.admin
                .call("GET", RealVault.MOUNT + "/keys/" + key, null)
                .path("data")
                .path("latest_version")
                .asInt();
        vault.admin.configureKey(RealVault.MOUNT, key, Map.of("min_decryption_version", newest));
    }

    @Override
    public void deny() {
        vault.admin.writePolicy(policy, "path \"nothing\" { capabilities = [\"read\"] }");
    }

    @Override
    public void cut() {
        proxy.cut();
    }

    @Override
    public void close() {
        kms.close();
        proxy.close();
    }
}
