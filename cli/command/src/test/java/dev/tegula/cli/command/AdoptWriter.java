package dev.tegula.cli.command;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tegula.Context;
import dev.tegula.FieldCipher;
import dev.tegula.jdbc.AdoptionTrigger;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** A release of an application that goes on changing rows of its own, and notes what the database acknowledged. */
final class AdoptWriter implements AutoCloseable {

    private static final String CHECK_VIOLATION = "23514";

    private final DataSource source;
    private final @Nullable FieldCipher<String> cipher;
    private final boolean pairs;
    private final int first;
    private final int last;
    private final String[] expected;
    private final AtomicLong written = new AtomicLong();
    private final ExecutorService thread = Executors.newSingleThreadExecutor();
    private final Future<?> work;
    private volatile boolean closing;
    private volatile Duration pause = Duration.ZERO;

    private AdoptWriter(
            DataSource source,
            @Nullable FieldCipher<String> cipher,
            boolean pairs,
            int first,
            int last,
            String[] expected) {
        this.source = source;
        this.cipher = cipher;
        this.pairs = pairs;
        this.first = first;
        this.last = last;
        this.expected = expected;
        this.work = thread.submit(this::write);
    }

    /** One that knows the column in clear alone; when that is sealed it is refused. */
    static AdoptWriter ofClear(DataSource source, int first, int last, String[] expected) {
        return new AdoptWriter(source, null, false, first, last, expected);
    }

    /** One that knows both, as a mapping does. */
    static AdoptWriter ofPairs(DataSource source, FieldCipher<String> cipher, int first, int last, String[] expected) {
        return new AdoptWriter(source, cipher, true, first, last, expected);
    }

    /** One that knows the encrypted column alone; when a release is fenced it is refused. */
    static AdoptWriter ofEnvelopes(
            DataSource source, FieldCipher<String> cipher, int first, int last, String[] expected) {
        return new AdoptWriter(source, cipher, false, first, last, expected);
    }

    /** The same with a pause after each write from now on. */
    AdoptWriter pausing(Duration time) {
        pause = time;
        return this;
    }

    /** What a row's envelope says. */
    static @Nullable String stored(DataSource source, FieldCipher<String> cipher, int id) throws SQLException {
        try (Connection connection = source.getConnection();
                PreparedStatement select =
                        connection.prepareStatement("SELECT telephone_encrypted FROM owners WHERE id = ?")) {
            select.setInt(1, id);
            try (ResultSet row = select.executeQuery()) {
                row.next();
                return cipher.decrypt(row.getBytes(1), Context.noTenant());
            }
        }
    }

    /** How many changes were acknowledged. */
    long written() {
        return written.get();
    }

    /** Waits until so many were. */
    void await(long writes) throws InterruptedException {
        while (written.get() < writes && !work.isDone()) {
            TimeUnit.MILLISECONDS.sleep(1);
        }
    }

    private @Nullable Void write() throws SQLException, InterruptedException {
        try (Connection connection = source.getConnection();
                PreparedStatement update = connection.prepareStatement("UPDATE owners SET "
                        + (cipher == null ? "telephone" : "telephone_encrypted") + " = ? WHERE id = ?")) {
            for (long n = 0; !closing; n++) {
                int id = (int) (first + n % (last - first + 1));
                String value = "written " + id + " " + n;
                if (cipher == null) {
                    update.setString(1, value);
                } else {
                    byte[] envelope = cipher.encrypt(value, Context.noTenant());
                    update.setBytes(1, pairs ? AdoptionTrigger.pair(envelope, value.getBytes(UTF_8)) : envelope);
                }
                update.setInt(2, id);
                try {
                    if (update.executeUpdate() == 1) {
                        expected[id] = value;
                        written.incrementAndGet();
                    }
                } catch (SQLException e) {
                    if (pairs || !CHECK_VIOLATION.equals(e.getSQLState())) {
                        throw e;
                    }
                }
                TimeUnit.NANOSECONDS.sleep(pause.toNanos());
            }
        }
        return null;
    }

    /** Stops it, and fails if a write of it did. */
    @Override
    public void close() throws ExecutionException, InterruptedException {
        closing = true;
        thread.shutdown();
        work.get();
    }
}
