package dev.tegula.operations.reencrypt;

import dev.tegula.jdbc.Session;
import dev.tegula.operations.reencrypt.PageQuery.Bounds;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * The pages of a range and what becomes of them. One page is read ahead, in the transaction before its own, and moved in
 * memory while the server swaps in the page before it: the client has time while the server works. What is read early
 * may be changed meanwhile; the compare-and-set decides. One for each worker; not thread-safe.
 */
final class ReadAhead implements AutoCloseable {

    private static final PageReencryptor.Reencrypted NOTHING = new PageReencryptor.Reencrypted(List.of(), List.of());

    private final PageQuery pages;
    private final PageReencryptor mover;
    private final boolean ahead;
    private final ExecutorService helper = Executors.newSingleThreadExecutor(task -> {
        Thread thread = new Thread(task, "tegula-move");
        thread.setDaemon(true);
        return thread;
    });
    private @Nullable Work upcoming;

    /**
     * The pages of a query.
     *
     * @param ahead false where reading early would cause conflicts, as under SERIALIZABLE
     */
    ReadAhead(PageQuery pages, PageReencryptor mover, boolean ahead) {
        this.pages = pages;
        this.mover = mover;
        this.ahead = ahead;
    }

    /**
     * A page at work.
     *
     * @param after where it starts, exclusive
     * @param page what was read
     * @param last whether the range ends with it
     * @param moved what becomes of it
     */
    record Work(
            @Nullable List<String> after,
            Page page,
            boolean last,
            CompletableFuture<PageReencryptor.Reencrypted> moved) {

        /** Waits for it; failures of KMS and registry come out as they are. */
        PageReencryptor.Reencrypted result() {
            try {
                return moved.join();
            } catch (CompletionException e) {
                if (e.getCause() instanceof RuntimeException known) {
                    throw known;
                }
                throw new IllegalStateException("Moving a page ended unexpectedly", e.getCause());
            } catch (CancellationException e) {
                throw new IllegalStateException("Moving a page was cancelled", e);
            }
        }
    }

    /** Whether the page at the state's place was read. */
    boolean has(RangeState state) {
        return upcoming != null && Objects.equals(upcoming.after(), place(state));
    }

    /** Reads the page at the state's place, for {@link #next}. */
    void read(Session session, RangeState state, Bounds bounds) throws SQLException {
        upcoming = read(session, state, place(state), bounds);
    }

    /** Waits until what was read is moved in memory; what fails there comes out of {@link Work#result}. */
    void await() {
        if (upcoming != null) {
            upcoming.moved().exceptionally(failure -> NOTHING).join();
        }
    }

    private static @Nullable List<String> place(RangeState state) {
        return state.cursor() == null ? state.lo() : state.cursor();
    }

    /** The page at the state's place. Starts the one behind it. */
    Work next(Session session, RangeState state, Bounds bounds) throws SQLException {
        List<String> after = place(state);
        Work ready = upcoming;
        upcoming = null;
        Work work = ready != null && Objects.equals(ready.after(), after) ? ready : read(session, state, after, bounds);
        if (ahead && !work.last()) {
            upcoming = read(session, state, work.page().next(), bounds);
        }
        return work;
    }

    /** Forgets what was read early. */
    void drop() {
        upcoming = null;
    }

    private Work read(Session session, RangeState state, @Nullable List<String> after, Bounds bounds)
            throws SQLException {
        Page page = pages.read(session, after, state.hi(), bounds);
        boolean last = !page.cut() && page.scanned() < bounds.scan();
        return new Work(after, page, last, CompletableFuture.supplyAsync(() -> mover.move(page), helper));
    }

    @Override
    public void close() {
        helper.shutdownNow();
    }
}
