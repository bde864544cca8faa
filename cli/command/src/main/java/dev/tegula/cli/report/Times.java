package dev.tegula.cli.report;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;

/** Times as people read them, all in UTC. */
final class Times {

    private Times() {}

    static String day(Instant at) {
        return at.atOffset(ZoneOffset.UTC).toLocalDate().toString();
    }

    static String minute(Instant at) {
        return at.truncatedTo(ChronoUnit.MINUTES).toString().replace("T", " ").replaceFirst(":00Z$", " UTC");
    }

    /** How long ago, in the largest unit. */
    static String age(Instant since, Instant now) {
        return length(Duration.between(since, now));
    }

    static String length(Duration age) {
        if (age.toDays() > 0) {
            return age.toDays() + " d";
        }
        if (age.toHours() > 0) {
            return age.toHours() + " h";
        }
        return Math.max(0, age.toMinutes()) + " min";
    }
}
