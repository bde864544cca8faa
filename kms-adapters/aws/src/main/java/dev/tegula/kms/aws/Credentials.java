package dev.tegula.kms.aws;

import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.TegulaException;
import dev.tegula.failure.UnavailableException;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.utils.SdkAutoCloseable;

/**
 * Bounds the search for credentials in time (an instance or token service that does not answer holds the SDK's call, whose
 * timeout is an interrupt that such a search does not hear), and tells credentials that were never there from those that
 * cannot be renewed now.
 */
final class Credentials implements AwsCredentialsProvider, AutoCloseable {

    /** Hanging ones included. */
    static final int MOST_SEARCHES = 8;

    private final AwsCredentialsProvider provider;
    private final @Nullable SdkAutoCloseable owned;
    private final Duration bound;
    /** One that hangs and does not hear its interrupt keeps its thread; the next search has another. */
    private final ExecutorService searchers =
            new ThreadPoolExecutor(0, MOST_SEARCHES, 10, TimeUnit.SECONDS, new SynchronousQueue<>(), task -> {
                Thread thread = new Thread(task, "tegula-aws-credentials");
                thread.setDaemon(true);
                return thread;
            });

    private final AtomicReference<@Nullable FutureTask<AwsCredentials>> running = new AtomicReference<>();
    private volatile boolean everFound;

    private Credentials(AwsCredentialsProvider provider, @Nullable SdkAutoCloseable owned, Duration bound) {
        this.provider = provider;
        this.owned = owned;
        this.bound = bound;
    }

    static Credentials given(AwsCredentialsProvider provider, Duration bound) {
        return new Credentials(provider, null, bound);
    }

    /** Closes the provider with itself. */
    static <P extends AwsCredentialsProvider & SdkAutoCloseable> Credentials found(P provider, Duration bound) {
        return new Credentials(provider, provider, bound);
    }

    /**
     * @throws ConfigurationException if there are none and never were
     * @throws UnavailableException if there were, or the search takes too long
     */
    @Override
    public AwsCredentials resolveCredentials() {
        FutureTask<AwsCredentials> search = search();
        try {
            AwsCredentials found = search.get(bound.toMillis(), TimeUnit.MILLISECONDS);
            everFound = true;
            return found;
        } catch (TimeoutException | CancellationException e) {
            running.compareAndSet(search, null);
            search.cancel(true);
            throw new UnavailableException("No AWS credentials within " + bound
                    + ": an instance, container or token service does not answer. Look at the role of this machine.");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UnavailableException("Interrupted while waiting for AWS credentials.");
        } catch (ExecutionException e) {
            throw none(e.getCause() == null ? e : e.getCause());
        }
    }

    /** The search under way, which callers at the same time share, or a new one. */
    private FutureTask<AwsCredentials> search() {
        while (true) {
            FutureTask<AwsCredentials> other = running.get();
            if (other != null && !other.isDone()) {
                return other;
            }
            FutureTask<AwsCredentials> mine = new FutureTask<>(provider::resolveCredentials);
            if (running.compareAndSet(other, mine)) {
                try {
                    searchers.execute(mine);
                } catch (RejectedExecutionException e) {
                    running.compareAndSet(mine, null);
                    mine.cancel(false);
                    throw new UnavailableException(MOST_SEARCHES + " searches for AWS credentials hang: an instance,"
                            + " container or token service does not answer. Look at the role of this machine.");
                }
                return mine;
            }
        }
    }

    /** What the SDK says lists every place it looked at, and no credential. */
    private TegulaException none(Throwable cause) {
        return everFound
                ? new UnavailableException("The AWS credentials cannot be renewed; they were found before.", cause)
                : new ConfigurationException(
                        "No AWS credentials were found. Give this process a role, or set AWS_PROFILE or AWS_ACCESS_KEY_ID"
                                + " and AWS_SECRET_ACCESS_KEY; `aws sts get-caller-identity` shows what is found.",
                        cause);
    }

    @Override
    public void close() {
        searchers.shutdownNow();
        if (owned != null) {
            owned.close();
        }
    }

    @Override
    public String toString() {
        return "Credentials[" + provider.getClass().getSimpleName() + "]";
    }
}
