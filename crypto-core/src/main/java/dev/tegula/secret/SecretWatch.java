package dev.tegula.secret;

import static java.util.Objects.requireNonNull;

import dev.tegula.failure.TegulaException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells an application when secrets were changed: a thread of its own looks at their rows, one small statement each time, and reads
 * values only after a change. A look that fails is logged and tried again at the next time. Ends with {@link #close}, or with the
 * engine. Thread-safe.
 */
public final class SecretWatch implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(SecretWatch.class);
    private static final Duration LONGEST_CLOSE = Duration.ofSeconds(5);

    private final SecretStore secrets;
    private final SecretName prefix;
    private final long intervalNanos;
    private final Consumer<SecretMoment> listener;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread;
    private Map<SecretName, Long> told = Map.of();
    private String trouble = "";

    /** Not begun yet. */
    SecretWatch(SecretStore secrets, SecretName prefix, Duration interval, Consumer<SecretMoment> listener) {
        if (interval.isNegative() || interval.isZero()) {
            throw new IllegalArgumentException("The time between two looks must be positive, not " + interval + ".");
        }
        this.secrets = secrets;
        this.prefix = prefix;
        this.intervalNanos = interval.toNanos();
        this.listener = requireNonNull(listener, "listener: say what is to be done after a change");
        this.thread = new Thread(this::run, "tegula-secrets-" + prefix);
        thread.setDaemon(true);
    }

    /** Tells how the secrets are now, then goes on by itself. */
    SecretWatch begin() {
        try {
            tell();
        } catch (ListenerFailure e) {
            throw e.failure;
        }
        thread.start();
        return this;
    }

    private void run() {
        try {
            while (!closed.await(intervalNanos, TimeUnit.NANOSECONDS)) {
                look();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IllegalStateException engineClosed) {
            LOG.debug("The engine is closed; secrets at and below {} are not watched any more", prefix);
        }
    }

    private void look() {
        secrets.requireServing();
        try {
            if (!revs(secrets.list(Optional.of(prefix)).requireVerified()).equals(told)) {
                tell();
            }
            if (!trouble.isEmpty()) {
                LOG.info("Secrets at and below {} are watched again.", prefix);
            }
            trouble = "";
        } catch (TegulaException e) {
            String now = e.code() + ": " + e.getMessage();
            if (!now.equals(trouble)) {
                LOG.warn("Secrets at and below {} cannot be looked at, changes are not noticed: {}", prefix, now);
            }
            trouble = now;
        } catch (ListenerFailure e) {
            // Of others the class only: what a listener throws may quote a value.
            LOG.error(
                    "What was to be done after a change at and below {} failed ({}); it is tried again at the next look.",
                    prefix,
                    e.failure instanceof TegulaException known
                            ? known.getMessage()
                            : e.failure.getClass().getName());
        }
    }

    /** A change that comes between look and reading is in what is read, and is told by it. */
    private void tell() {
        SecretMoment moment = secrets.moment(List.of(), List.of(prefix));
        Map<SecretName, Long> revs = revs(moment.all());
        try {
            listener.accept(moment);
        } catch (RuntimeException e) {
            throw new ListenerFailure(e);
        }
        told = revs;
    }

    /** Not to be taken for one of the look. */
    private static final class ListenerFailure extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final transient RuntimeException failure;

        ListenerFailure(RuntimeException failure) {
            super(failure);
            this.failure = failure;
        }
    }

    private static Map<SecretName, Long> revs(List<Secret> found) {
        Map<SecretName, Long> revs = new HashMap<>();
        found.forEach(secret -> revs.put(secret.name(), secret.rev()));
        return revs;
    }

    /** Ends it; a listener that runs is waited for, for five seconds at most. */
    @Override
    public void close() {
        closed.countDown();
        try {
            if (Thread.currentThread() != thread) {
                thread.join(LONGEST_CLOSE.toMillis());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
