package dev.tegula.operations.check;

import dev.tegula.jdbc.Transactions;
import dev.tegula.jdbc.Writable;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;

/** Checks of the server itself. */
final class DatabaseChecks {

    private static final Duration SKEW = Duration.ofSeconds(5);

    private final Transactions transactions;
    private final InstantSource clock;

    DatabaseChecks(Transactions transactions, InstantSource clock) {
        this.transactions = transactions;
        this.clock = clock;
    }

    String server() {
        String version = transactions.read(session -> {
            try (PreparedStatement select = session.prepare("SELECT version()");
                    ResultSet rows = select.executeQuery()) {
                rows.next();
                return String.valueOf(rows.getString(1));
            }
        });
        return version.replaceFirst("^(\\S+ \\S+).*", "$1");
    }

    /** Neither read-only nor a replica: better to know before a rotation has made a key. */
    String changes() {
        Writable.require(transactions);
        return "the database accepts them from this login";
    }

    /** The clock of the database against the one here, corrected by half the time the question took. */
    String clock() {
        Duration skew = transactions.read(session -> {
            try (PreparedStatement select = session.prepare("SELECT extract(epoch FROM clock_timestamp())")) {
                Instant asked = clock.instant();
                try (ResultSet rows = select.executeQuery()) {
                    rows.next();
                    long theirs = Math.round(rows.getDouble(1) * 1_000_000);
                    long ours = ChronoUnit.MICROS.between(Instant.EPOCH, asked)
                            + Duration.between(asked, clock.instant()).toNanos() / 2000;
                    return Duration.of(theirs - ours, ChronoUnit.MICROS);
                }
            }
        });
        String found = Math.abs(skew.toMillis()) + " ms " + (skew.isNegative() ? "behind" : "ahead of");
        if (skew.abs().compareTo(SKEW) > 0) {
            throw CheckList.wrong(
                    "The clock of the database is " + found + " of this host's; waiting periods and leases are"
                            + " counted with both. On both: `timedatectl set-ntp true`.");
        }
        return found + " this host";
    }
}
