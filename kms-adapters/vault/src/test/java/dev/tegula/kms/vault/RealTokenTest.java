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
import java.time.Instant;
import java.time.InstantSource;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tokens that a real Vault gives, renews, ends and revokes; a server that is sealed. */
@NeedsVault(own = true)
class RealTokenTest {

    @TempDir
    Path directory;

    @Test
    void token_ofAShortLife_isRenewedAndThenReplacedAtItsMaximum() throws InterruptedException {
        RealVault vault = RealVault.shared();
        String role = RealVault.name("role");
        String roleId = vault.admin.createAppRole(role, Duration.ofSeconds(3), Duration.ofSeconds(5), "default");
        AppRole login = AppRole.of(roleId, Setup.write(directory.resolve(role), vault.admin.createSecretId(role)));
        VaultRequests exchange = vault.exchange();
        try (Tokens tokens = new Tokens(
                login, exchange, RenewalTimer.ofThread("test"), InstantSource.system(), new SecureRandom())) {
            HeldToken first = tokens.current(exchange.deadline());
            HeldToken renewed = next(tokens, first);
            HeldToken replaced = next(tokens, renewed);
            while (replaced.sameAs(first)) { // jitter, or a busy machine: the maximum was not near yet
                replaced = next(tokens, replaced);
            }

            assertThat(renewed.sameAs(first)).as("renewed").isTrue();
            assertThat(replaced.reveal()).isNotEqualTo(first.reveal());
            assertThat(replaced.expired(Instant.now())).isFalse();
        }
    }

    /** What is held after the timer ran once more; nobody calls meanwhile. */
    private static HeldToken next(Tokens tokens, HeldToken before) throws InterruptedException {
        Instant end = Instant.now().plusSeconds(20);
        while (Instant.now().isBefore(end)) {
            HeldToken held = Objects.requireNonNull(tokens.held());
            if (held != before) {
                return held;
            }
            Thread.sleep(20);
        }
        throw new AssertionError("the token was neither renewed nor replaced");
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
