package dev.tegula.kms.vault;

import dev.tegula.failure.TegulaException;
import dev.tegula.failure.UnavailableException;
import io.github.jopenlibs.vault.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The token in use. It is got at the first call, renewed when two thirds of its life are over, and replaced by a login
 * where it cannot be renewed, reaches its maximum, or is refused. One thread logs in, the others wait for it.
 */
final class Tokens implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(VaultKms.class);

    /** After a login that did not help against a 403, how long no other is tried for the same reason. */
    private static final Duration USELESS = Duration.ofSeconds(30);

    private static final Duration SHORTEST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

    private final VaultAuth auth;
    private final VaultRequests exchange;
    private final RenewalTimer timer;
    private final InstantSource clock;
    private final RandomGenerator random;
    private final ReentrantLock login = new ReentrantLock();
    private volatile @Nullable HeldToken current;
    private volatile Instant uselessUntil = Instant.MIN;
    private volatile boolean closed;

    Tokens(VaultAuth auth, VaultRequests exchange, RenewalTimer timer, InstantSource clock, RandomGenerator random) {
        this.auth = auth;
        this.exchange = exchange;
        this.timer = timer;
        this.clock = clock;
        this.random = random;
    }

    /** A token to show; logs in if there is none. */
    HeldToken current(Deadline deadline) {
        HeldToken held = current;
        if (closed) {
            throw new IllegalStateException("This VaultKms is closed");
        }
        return held != null && !held.expired(clock.instant()) ? held : replace(held, deadline);
    }

    /**
     * Another token after Vault refused this one.
     *
     * @return null if another would not help: this one is fresh, or a login did not help a moment ago
     */
    @Nullable
    HeldToken afterRefusal(HeldToken refused, Deadline deadline) {
        HeldToken held = current;
        if (held == null || !held.sameAs(refused)) {
            return current(deadline);
        }
        if (refused.obtainedIn(deadline) || clock.instant().isBefore(uselessUntil) || !auth.canReplace(refused)) {
            return null;
        }
        return replace(held, deadline);
    }

    /** A fresh token was refused as well, so the rights are at fault and not the token. */
    void freshOneRefused() {
        uselessUntil = clock.instant().plus(USELESS);
    }

    /** The token in use; null before the first call. */
    @Nullable
    HeldToken held() {
        return current;
    }

    private HeldToken replace(@Nullable HeldToken old, Deadline deadline) {
        if (!locked(deadline)) {
            throw new UnavailableException("Vault at " + exchange.address()
                    + " was not asked: another thread's login took all the time there was.");
        }
        try {
            HeldToken now = current;
            if (now != null && now != old && !now.expired(clock.instant())) {
                return now;
            }
            HeldToken fresh = auth.login(exchange, deadline, clock.instant());
            use(fresh);
            LOG.info(
                    "Vault at {}: logged in with {}; the token lives {}",
                    exchange.address(),
                    auth,
                    fresh.ends() == null ? "without end" : fresh.life().toSeconds() + " s");
            return fresh;
        } finally {
            login.unlock();
        }
    }

    private boolean locked(Deadline deadline) {
        try {
            return login.tryLock(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void use(HeldToken token) {
        if (closed) {
            token.wipe();
            throw new IllegalStateException("This VaultKms is closed");
        }
        current = token;
        if (token.ends() != null) {
            // Two thirds, less up to a tenth of that: what started together does not come back together.
            plan(token, token.life().toMillis() * 2 / 3);
        }
    }

    private void plan(HeldToken token, long millis) {
        timer.after(Duration.ofMillis((long) (millis * (1 - 0.1 * random.nextDouble()))), () -> renew(token));
    }

    private void renew(HeldToken token) {
        Deadline deadline = exchange.deadline();
        if (!locked(deadline)) {
            planAgain(token);
            return;
        }
        try {
            if (closed || current != token) {
                return;
            }
            if (!token.renewable() || !renewed(token, deadline)) {
                if (auth.canReplace(token)) {
                    replace(token, deadline);
                } else if (!token.expired(clock.instant())) {
                    LOG.warn(
                            "Vault at {}: {} ends at {} and cannot be renewed; put another in its place",
                            exchange.address(),
                            auth,
                            token.ends());
                    planAgain(token);
                }
            }
        } catch (TegulaException e) {
            if (!closed) {
                LOG.warn("Vault at {}: the token was not renewed: {}", exchange.address(), e.getMessage());
                planAgain(token);
            }
        } catch (RuntimeException e) {
            if (!closed) {
                LOG.error("Vault at {}: the token was not renewed", exchange.address(), e);
                planAgain(token);
            }
        } finally {
            login.unlock();
        }
    }

    /** Sooner and sooner until it ends; after that the next call logs in. */
    private void planAgain(HeldToken token) {
        Instant ends = token.ends();
        if (ends != null && !token.expired(clock.instant())) {
            Duration left = Duration.between(clock.instant(), ends).dividedBy(3);
            Duration pause = left.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : left;
            plan(token, Math.max(pause.toMillis(), SHORTEST_PAUSE.toMillis()));
        }
    }

    /** False if Vault refuses, or gives less than half of what the token came with: its maximum is near. */
    private boolean renewed(HeldToken token, Deadline deadline) {
        Request request = Request.write("auth/token/renew-self", Map.of());
        Answer answer = exchange.ask(request, token.reveal(), deadline);
        if (!answer.ok()) {
            return false;
        }
        answer.require("auth", "client_token", request);
        JsonObject given = answer.object("auth");
        Duration life = Duration.ofSeconds(given.getLong("lease_duration", 0));
        boolean nearItsMaximum = life.compareTo(token.life().dividedBy(2)) < 0;
        if (life.isZero() || (nearItsMaximum && auth.canReplace(token))) {
            return false;
        }
        use(token.renewed(clock.instant(), life, given.getBoolean("renewable", false) && !nearItsMaximum));
        return true;
    }

    /** Revokes what this process logged in for, as far as Vault can be asked, and wipes everything. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        timer.close();
        // Waits for a login under way, which then finds this closed.
        Deadline deadline = exchange.deadline();
        boolean mine = locked(deadline);
        try {
            HeldToken held = current;
            if (held != null) {
                if (auth.ownsItsTokens() && !held.expired(clock.instant())) {
                    revoke(held, deadline);
                }
                held.wipe();
            }
            auth.wipe();
        } finally {
            if (mine) {
                login.unlock();
            }
        }
    }

    private void revoke(HeldToken held, Deadline deadline) {
        try {
            exchange.ask(Request.writeOnce("auth/token/revoke-self"), held.reveal(), deadline);
        } catch (TegulaException e) {
            LOG.debug(
                    "Vault at {}: the token was not revoked and ends by itself: {}",
                    exchange.address(),
                    e.getMessage());
        }
    }
}
