package dev.tegula.cli.output;

import dev.tegula.envelope.FieldId;
import dev.tegula.reencrypt.Progress;
import dev.tegula.reencrypt.ProgressListener;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Progress on stderr: a bar where that is a terminal, a line every ten seconds where it is not, one JSON document a second
 * with {@code --json}. Not thread-safe; listeners are called by one thread at a time.
 */
public final class ProgressPrinter implements ProgressListener {

    private static final Duration LINE_EVERY = Duration.ofSeconds(10);
    private static final Duration DOCUMENT_EVERY = Duration.ofSeconds(1);
    private static final int BAR = 20;

    private final Console console;
    private final String step;
    private final InstantSource clock;
    private @Nullable Instant printed;
    private boolean barShown;

    /** The progress of a step, for example {@code reencrypt}. */
    public ProgressPrinter(Console console, String step, InstantSource clock) {
        this.console = console;
        this.step = step;
        this.clock = clock;
    }

    @Override
    public void progress(Progress progress) {
        if (console.json()) {
            every(DOCUMENT_EVERY, () -> console.err().println(Json.line(document(progress))));
        } else if (!console.quiet() && console.terminal().error()) {
            barShown = true;
            console.err().print("\r" + fitted(bar(progress)) + "\u001b[K");
            console.err().flush();
        } else if (!console.quiet()) {
            every(LINE_EVERY, () -> console.err().println(line(progress)));
        }
    }

    /** Takes the bar away, so that something else can be said. */
    public void clear() {
        if (barShown) {
            barShown = false;
            console.err().print("\r\u001b[K");
            console.err().flush();
        }
    }

    private void every(Duration pause, Runnable print) {
        Instant now = clock.instant();
        if (printed == null || !now.isBefore(printed.plus(pause))) {
            printed = now;
            print.run();
            console.err().flush();
        }
    }

    private String bar(Progress p) {
        double share = p.total() == 0 ? 1 : Math.min(1, (double) p.done() / p.total());
        int full = (int) (share * BAR);
        String bar = "━".repeat(full) + (full < BAR ? "╸" + "─".repeat(BAR - full - 1) : "");
        String eta = p.etaSeconds().isPresent() ? shortly(p.etaSeconds().getAsLong()) : "…";
        return String.format(
                Locale.ROOT,
                "%s %s %s %2d %%  %,d/%,d  %,.0f values/s  ETA %s  raced %,d  quarantined %,d  workers %d",
                step,
                name(p.fields(), p),
                bar,
                (int) (share * 100),
                p.done(),
                p.total(),
                p.perSecond(),
                eta,
                p.raced(),
                p.quarantined(),
                p.workers());
    }

    private String line(Progress p) {
        long share = p.total() == 0 ? 100 : Math.min(100, 100 * p.done() / p.total());
        return String.format(
                Locale.ROOT,
                "%s %s %s %d%% %d/%d rate=%.0f/s eta=%s raced=%d quarantined=%d workers=%d",
                clock.instant().truncatedTo(ChronoUnit.SECONDS).toString().substring(11),
                step,
                name(p.fields(), p),
                share,
                p.done(),
                p.total(),
                p.perSecond(),
                p.etaSeconds().isPresent() ? p.etaSeconds().getAsLong() + "s" : "?",
                p.raced(),
                p.quarantined(),
                p.workers());
    }

    private Map<String, Object> document(Progress p) {
        return Json.object(
                "schema", "tegula/progress/1",
                "step", step,
                "table", p.table().toString(),
                "fields", p.fields().stream().map(FieldId::value).toList(),
                "done", p.done(),
                "total", p.total(),
                "perSecond", Math.round(p.perSecond()),
                "etaSeconds", p.etaSeconds().isPresent() ? p.etaSeconds().getAsLong() : null,
                "raced", p.raced(),
                "quarantined", p.quarantined(),
                "workers", p.workers());
    }

    /** The field, or the table for several. */
    private static String name(List<FieldId> fields, Progress p) {
        return fields.size() == 1
                ? fields.get(0).value()
                : p.table().name()
                        + fields.stream()
                                .map(f -> f.value().substring(f.value().lastIndexOf('.') + 1))
                                .collect(Collectors.joining(",", "(", ")"));
    }

    private String fitted(String line) {
        int width = console.terminal().width();
        return line.length() <= width ? line : line.substring(0, width - 1) + "…";
    }

    /** Seconds as people say them, for example {@code 1m25s}. */
    public static String shortly(long seconds) {
        if (seconds < 60) {
            return seconds + "s";
        }
        return seconds < 3600
                ? seconds / 60 + "m" + String.format("%02ds", seconds % 60)
                : seconds / 3600 + "h" + String.format("%02dm", seconds % 3600 / 60);
    }
}
