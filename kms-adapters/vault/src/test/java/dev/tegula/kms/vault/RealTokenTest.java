package dev.tegula.kms.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.failure.DeniedException;
import dev.tegula.failure.UnavailableException;
import dev.tegula.kms.Kek;
import dev.tegula.kms.WrappedKey;
import dev.tegula.test.servers.NeedsVault;
import dev.tegula.test.servers.VaultServer;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tokens that a real Vault gives, renews, ends and revokes; a server that is sealed. */
@Tag("long")
@NeedsVault(own = true)
class RealTokenTest {

    @TempDir
    Path directory;

    /** Runs what is planned when the test says so. */
    private static final class ByHand implements RenewalTimer {
        private @Nullable Runnable planned;

        @Override
        public void after(Duration delay, Runnable task) {
            planned = task;
        }

        boolean isPlanned() {
            return planned != null;
        }

        void run() {
            Runnable task = Objects.requireNonNull(planned, "nothing is planned");
            planned = null;
            task.run();
        }

        @Override
        public void close() {
            planned = null;
        }
    }

    /**
     * Only Vault's own clock runs here: it gives less and less as the token's maximum comes near, and may answer 500 at its
     * end. Then nothing is planned any more, and the next call logs in.
     */
    @Test
    void token_ofAShortLife_isRenewedAndThenReplacedAtItsMaximum() throws InterruptedException {
        RealVault vault = RealVault.shared();
        String role = RealVault.name("role");
        String roleId = vault.admin.createAppRole(role, Duration.ofSeconds(12), Duration.ofSeconds(15), "default");
        AppRole login = AppRole.of(roleId, Setup.write(directory.resolve(role), vault.admin.createSecretId(role)));
        VaultRequests exchange = vault.exchange();
        ByHand timer = new ByHand();
        try (Tokens tokens = new Tokens(login, exchange, timer, InstantSource.system(), new SecureRandom())) {
            HeldToken first = tokens.current(exchange.deadline());
            timer.run();
            HeldToken renewed = Objects.requireNonNull(tokens.held());
            assertThat(renewed).isNotSameAs(first);
            assertThat(renewed.sameAs(first)).as("renewed").isTrue();

            long end = System.nanoTime() + Duration.ofMinutes(5).toNanos();
            HeldToken replaced = renewed;
            while (replaced.sameAs(first) && System.nanoTime() < end) {
                Thread.sleep(100);
                if (timer.isPlanned()) {
                    timer.run();
                }
                replaced = tokens.current(exchange.deadline());
            }

            assertThat(replaced.reveal()).isNotEqualTo(first.reveal());
        }
    }

    @Test
    void tokensOfTheRole_revoked_areReplacedByOneLoginAndDeniedOnceTheRoleIsGone() {
        try (VaultServer own = VaultServer.open()) {
            RealVault vault = RealVault.of(own);
            String key = vault.key();
            String role = RealVault.name("role");
            AppRole login = vault.appRole(directory, role, vault.policy("vault-application", key));
            try (VaultKms kms = vault.kms(login).build()) {
                Kek kek = kms.kek(key);
                WrappedKey wrapped = kek.wrap(Setup.root(), Setup.context());
                vault.admin.revokeTokensOfAppRoles();

                assertThat(kek.unwrap(wrapped, Setup.context())).isEqualTo(Setup.root());

                vault.admin.deleteAppRole(role);
                vault.admin.revokeTokensOfAppRoles();
                assertThatThrownBy(() -> kek.unwrap(wrapped, Setup.context()))
                        .isExactlyInstanceOf(DeniedException.class)
                        .hasMessageContaining("refuses the login with AppRole");
            }
        }
    }

    @Test
    void server_sealedStoppedAndBack_isUnavailableAndThenServesTheSameKeys() {
        try (VaultServer own = VaultServer.open()) {
            RealVault vault = RealVault.of(own);
            String key = vault.key();
            String policy = vault.policy("vault-application", key);
            try (VaultKms kms = vault.kms(vault.appRole(directory, RealVault.name("role"), policy))
                    .build()) {
                Kek kek = kms.kek(key);
                WrappedKey wrapped = kek.wrap(Setup.root(), Setup.context());

                own.seal();
                assertThatThrownBy(() -> kek.unwrap(wrapped, Setup.context()))
                        .isExactlyInstanceOf(UnavailableException.class)
                        .hasMessageContaining("sealed");
                own.unseal();
                assertThat(kek.unwrap(wrapped, Setup.context())).isEqualTo(Setup.root());

                own.stop();
                assertThatThrownBy(() -> kek.unwrap(wrapped, Setup.context()))
                        .isExactlyInstanceOf(UnavailableException.class)
                        .hasMessageContaining("no connection");
                own.start();
                assertThat(kek.unwrap(wrapped, Setup.context())).isEqualTo(Setup.root());
            }
        }
    }

    @Test
    void close_ofTheAdapter_revokesItsToken() {
        RealVault vault = RealVault.shared();
        AppRole login = vault.appRole(directory, RealVault.name("role"), "default");
        VaultRequests exchange = vault.exchange();
        Tokens tokens =
                new Tokens(login, exchange, RenewalTimer.ofThread("test"), InstantSource.system(), new SecureRandom());
        String token = tokens.current(exchange.deadline()).reveal();
        assertThat(vault.status(token, Request.read("auth/token/lookup-self"))).isEqualTo(200);

        tokens.close();

        assertThat(vault.status(token, Request.read("auth/token/lookup-self"))).isEqualTo(403);
    }
}
