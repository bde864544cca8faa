package dev.tegula.outage;

import dev.tegula.kms.Kms;
import dev.tegula.kms.vault.Token;
import dev.tegula.kms.vault.VaultKms;
import dev.tegula.test.servers.VaultAdmin;
import dev.tegula.test.servers.VaultServer;
import java.time.Duration;

/** A Vault whose process is stopped; applications come with the rights to wrap and unwrap and no more. */
final class VaultSide implements KmsSide {

    private static final String POLICY = "application";

    final VaultServer server = VaultServer.open();
    private final VaultAdmin admin = server.admin();

    VaultSide() {
        admin.mountTransit("transit");
        admin.createKey("transit", key());
        grant();
        server.audit();
    }

    /** Tokens of applications may wrap and unwrap. */
    void grant() {
        admin.writePolicy(POLICY, """
                path "transit/encrypt/main" { capabilities = ["update"] }
                path "transit/decrypt/main" { capabilities = ["update"] }
                path "transit/keys/main" { capabilities = ["read"] }
                """);
    }

    /** Tokens of applications may do nothing with the key. */
    void revoke() {
        admin.writePolicy(POLICY, "path \"transit/*\" { capabilities = [\"deny\"] }");
    }

    @Override
    public Kms connect() {
        return VaultKms.builder()
                .address(server.address())
                .caFile(server.caFile())
                .auth(Token.of(admin.createToken(Duration.ofHours(1), POLICY)))
                .timeout(Duration.ofSeconds(20))
                .build();
    }

    @Override
    public String title() {
        return "Vault at " + server.address();
    }

    @Override
    public long unwraps(CountingKms asked) {
        return server.requests("transit/decrypt/main");
    }

    @Override
    public String key() {
        return "main";
    }

    @Override
    public void down() {
        server.stop();
    }

    @Override
    public void up() {
        server.start();
    }

    @Override
    public void close() {
        server.close();
    }
}
