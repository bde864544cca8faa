package dev.tegula.kms.vault;

import static dev.tegula.kms.vault.ScriptedVault.errors;
import static dev.tegula.kms.vault.ScriptedVault.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.failure.DeniedException;
import dev.tegula.failure.UnavailableException;
import dev.tegula.kms.vault.ScriptedVault.Seen;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A token from its login to its end, with a clock that is set by hand. */
@Tag("long")
class TokenLifeTest {

    private static final String DECRYPT = "transit/decrypt/main";
    private static final String LOGIN = "auth/approle/login";
    private static final String RENEW = "auth/token/renew-self";
    private static final String LOOKUP = "auth/token/lookup-self";
    private static final String REVOKE = "auth/token/revoke-self";

    @TempDir
    Path directory;

    private final ManualTime time = new ManualTime();
    private final ScriptedVault server = ScriptedVault.start();
    private VaultKms kms;

    @BeforeEach
    void open() {
        server.on(DECRYPT, json(200, Bodies.plaintext(Setup.root())));
        kms = open(Setup.appRole(directory));
    }

    @AfterEach
    void stop() {
        kms.close();
        server.close();
    }

    private VaultKms open(VaultAuth auth) {
        return Setup.kms(server.address())
                .auth(auth)
                .clock(time)
                .timer(time)
                .random(ManualTime.LATEST)
                .build();
    }

    private byte[] unwrap() {
        return kms.kek("main").unwrap(Setup.wrapped(), Setup.context());
    }

    private List<String> tokensShown(String path) {
        return server.requests(path).stream().map(Seen::token).toList();
    }

    @Test
    void login_firstCall_happensOnceForAllCalls() {
        unwrap();
        unwrap();

        assertThat(server.requests(LOGIN)).singleElement().satisfies(seen -> assertThat(seen.body())
                .contains("role-1", Setup.SECRET_ID));
        assertThat(tokensShown(DECRYPT)).containsExactly("hvs.first", "hvs.first");
    }

    @Test
    void renewal_twoThirdsOfTheLife_renewsTheSameToken() {
        server.on(RENEW, json(200, Bodies.login("hvs.first", 60, true)));
        unwrap();
        assertThat(time.delay()).isEqualTo(Duration.ofSeconds(40));

        time.runPlanned();

        assertThat(tokensShown(RENEW)).containsExactly("hvs.first");
        assertThat(server.calls(LOGIN)).isEqualTo(1);
        assertThat(time.delay()).isEqualTo(Duration.ofSeconds(40));
        time.pass(Duration.ofSeconds(50));
        unwrap();
        assertThat(server.calls(LOGIN)).isEqualTo(1);
    }

    @Test
    void renewal_ofManyProcesses_isSpreadOverATenth() {
        List<Long> delays = IntStream.range(0, 20)
                .mapToObj(i -> {
                    ManualTime own = new ManualTime();
                    try (VaultKms one = Setup.kms(server.address())
                            .auth(Setup.appRole(directory))
                            .clock(own)
                            .timer(own)
                            .random(new SecureRandom())
                            .build()) {
                        one.kek("main").unwrap(Setup.wrapped(), Setup.context());
                        return own.delay().toMillis();
                    }
                })
                .toList();

        assertThat(delays).allSatisfy(delay -> assertThat(delay).isBetween(36_000L, 40_000L));
        assertThat(delays.stream().distinct().count()).isGreaterThan(10);
    }

    @Test
    void renewal_maximumIsNear_logsInAnew() {
        server.on(RENEW, json(200, Bodies.login("hvs.first", 20, true)));
        server.on(
                LOGIN, json(200, Bodies.login("hvs.first", 60, true)), json(200, Bodies.login("hvs.second", 60, true)));
        unwrap();

        time.runPlanned();
        unwrap();

        assertThat(tokensShown(DECRYPT)).containsExactly("hvs.first", "hvs.second");
    }

    @Test
    void renewal_notRenewable_logsInAnew() {
        server.on(
                LOGIN,
                json(200, Bodies.login("hvs.batch", 60, false)),
                json(200, Bodies.login("hvs.second", 60, true)));
        unwrap();

        time.runPlanned();
        unwrap();

        assertThat(server.calls(RENEW)).isZero();
        assertThat(tokensShown(DECRYPT)).containsExactly("hvs.batch", "hvs.second");
    }

    @Test
    void renewal_refused_logsInAnew() {
        server.on(RENEW, errors(403, "permission denied"));
        server.on(
                LOGIN, json(200, Bodies.login("hvs.first", 60, true)), json(200, Bodies.login("hvs.second", 60, true)));
        unwrap();

        time.runPlanned();
        unwrap();

        assertThat(tokensShown(DECRYPT)).containsExactly("hvs.first", "hvs.second");
    }

    @Test
    void renewal_serverDown_isTriedAgainSoonerAndTheTokenServes() {
        server.on(
                RENEW,
                errors(503, "Vault is sealed"),
                errors(503, "Vault is sealed"),
                errors(503, "Vault is sealed"),
                json(200, Bodies.login("hvs.first", 60, true)));
        unwrap();

        time.runPlanned();
        assertThat(time.delay()).isBetween(Duration.ofSeconds(6), Duration.ofSeconds(7));
        unwrap();
        time.runPlanned();

        assertThat(time.delay()).isEqualTo(Duration.ofSeconds(40));
        assertThat(server.calls(LOGIN)).isEqualTo(1);
    }

    @Test
    void unwrap_tokenExpired_logsInBeforeAsking() {
        server.on(
                LOGIN, json(200, Bodies.login("hvs.first", 60, true)), json(200, Bodies.login("hvs.second", 60, true)));
        unwrap();
        time.pass(Duration.ofSeconds(60));

        unwrap();

        assertThat(tokensShown(DECRYPT)).containsExactly("hvs.first", "hvs.second");
    }

    @Test
    void unwrap_tokenRevoked_logsInOnceAndSucceeds() {
        server.on(
                LOGIN, json(200, Bodies.login("hvs.first", 60, true)), json(200, Bodies.login("hvs.second", 60, true)));
        unwrap();
        server.on(
                DECRYPT,
                errors(403, "2 errors occurred:\n\t* permission denied\n\t* invalid token\n\n"),
                json(200, Bodies.plaintext(Setup.root())));

        assertThat(unwrap()).isEqualTo(Setup.root());
        assertThat(tokensShown(DECRYPT)).containsExactly("hvs.first", "hvs.first", "hvs.second");
    }

    @Test
    void unwrap_rightsTakenAway_isDeniedAfterOneLoginAndThenWithoutAny() {
        unwrap();
        server.on(DECRYPT, errors(403, Bodies.DENIED));

        assertThatThrownBy(this::unwrap).isExactlyInstanceOf(DeniedException.class);
        assertThat(server.calls(LOGIN)).isEqualTo(2);
        assertThat(server.calls(DECRYPT)).isEqualTo(3);

        assertThatThrownBy(this::unwrap).isExactlyInstanceOf(DeniedException.class);
        assertThat(server.calls(LOGIN)).isEqualTo(2);

        time.pass(Duration.ofSeconds(31));
        server.on(DECRYPT, errors(403, Bodies.DENIED), json(200, Bodies.plaintext(Setup.root())));
        assertThat(unwrap()).isEqualTo(Setup.root());
    }

    @Test
    void unwrap_firstCallDenied_doesNotLogInTwice() {
        server.on(DECRYPT, errors(403, Bodies.DENIED));

        assertThatThrownBy(this::unwrap).isExactlyInstanceOf(DeniedException.class);
        assertThat(server.calls(LOGIN)).isEqualTo(1);
        assertThat(server.calls(DECRYPT)).isEqualTo(1);
    }

    @Test
    void unwrap_appRoleRevoked_isDenied() {
        unwrap();
        server.on(DECRYPT, errors(403, "permission denied"));
        server.on(LOGIN, errors(400, "invalid role or secret ID"));

        assertThatThrownBy(this::unwrap)
                .isExactlyInstanceOf(DeniedException.class)
                .hasMessageContaining("refuses the login with AppRole")
                .hasMessageContaining("Deliver new credentials");
        assertThat(server.calls(LOGIN)).isEqualTo(2);
    }

    @Test
    void unwrap_loginSealed_isUnavailable() {
        server.on(LOGIN, errors(503, "Vault is sealed"));

        assertThatThrownBy(this::unwrap)
                .isExactlyInstanceOf(UnavailableException.class)
                .hasMessageContaining("sealed");
        assertThat(server.calls(LOGIN)).isEqualTo(3);
        assertThat(server.calls(DECRYPT)).isZero();
    }

    @Test
    void unwrap_manyThreadsAtOnce_logInOnce() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(16);
        CountDownLatch start = new CountDownLatch(1);
        try {
            List<Future<byte[]>> all = IntStream.range(0, 16)
                    .mapToObj(i -> threads.submit(() -> {
                        start.await();
                        return unwrap();
                    }))
                    .toList();
            start.countDown();
            for (Future<byte[]> one : all) {
                assertThat(one.get(5, TimeUnit.MINUTES)).isEqualTo(Setup.root());
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(server.calls(LOGIN)).isEqualTo(1);
    }

    @Test
    void tokenFile_replacedByAnAgent_isReadAnewOn403() {
        Path file = Setup.write(directory.resolve("token"), "hvs.one\n");
        kms = open(Token.file(file));
        unwrap();
        Setup.write(file, "hvs.two\n");
        server.on(DECRYPT, errors(403, Bodies.DENIED), json(200, Bodies.plaintext(Setup.root())));

        assertThat(unwrap()).isEqualTo(Setup.root());
        assertThat(tokensShown(DECRYPT)).containsExactly("hvs.one", "hvs.one", "hvs.two");
    }

    @Test
    void token_renewable_isRenewedUntilItEnds() {
        server.on(LOOKUP, json(200, Bodies.data("\"ttl\":90,\"renewable\":true,\"policies\":[\"tegula\"]")));
        server.on(RENEW, json(200, Bodies.login(Setup.TOKEN, 90, true)), errors(400, "lease is not renewable"));
        kms = open(Token.of(Setup.TOKEN));
        unwrap();
        assertThat(time.delay()).isEqualTo(Duration.ofSeconds(60));

        time.runPlanned();
        time.runPlanned();

        assertThat(tokensShown(RENEW)).containsExactly(Setup.TOKEN, Setup.TOKEN);
        assertThat(time.delay()).isBetween(Duration.ofSeconds(9), Duration.ofSeconds(10));
    }

    @Test
    void token_mayNotLookAtItself_worksAndIsNotRenewed() {
        server.on(LOOKUP, errors(403, "permission denied"));
        kms = open(Token.of(Setup.TOKEN));

        assertThat(unwrap()).isEqualTo(Setup.root());
        assertThat(time.planned()).isFalse();
    }

    @Test
    void close_afterLogin_revokesTheTokenOnceAndEndsTheTimer() {
        unwrap();

        kms.close();
        kms.close();

        assertThat(tokensShown(REVOKE)).containsExactly("hvs.first");
        assertThat(time.closed()).isTrue();
        assertThatThrownBy(this::unwrap).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void close_tokenOfSomebodyElse_isNotRevoked() {
        kms = open(Token.of(Setup.TOKEN));
        unwrap();

        kms.close();

        assertThat(server.calls(REVOKE)).isZero();
    }

    @Test
    void close_serverDown_endsAllTheSame() {
        unwrap();
        server.on(REVOKE, errors(503, "Vault is sealed"));

        kms.close();

        assertThatThrownBy(this::unwrap).isInstanceOf(IllegalStateException.class);
    }
}
