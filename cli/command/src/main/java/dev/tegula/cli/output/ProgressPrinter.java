package dev.tegula.cli.output;

import dev.tegula.envelope.FieldId;
import dev.tegula.operations.document.Json;
import dev.tegula.operations.reencrypt.Progress;
import dev.tegula.operations.reencrypt.ProgressListener;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Progress on stderr: a bar where that is a terminal, a line every ten seconds where it is not, one JSON document a second
 * with {@code --json}. Not thread-safe; listeners are called by one thread at a time.
 */
public final class ProgressPrinter implements ProgressListener {

    private static final Duration LINE_EVERY = Duration.ofSeconds(10);
    private static final Duration DOCUMENT_EVERY = Duration.ofSeconds(1);

    private final Console console;
    private final String step;
    private final InstantSource clock;
    private final String unit;
    private @Nullable Instant printed;
    private boolean barShown;

    /** The progress of a step, for example {@code reencrypt}. */
    public ProgressPrinter(Console console, String step, InstantSource clock) {
        this(console, step, clock, "values");
    }

    private ProgressPrinter(Console console, String step, InstantSource clock, String unit) {
        this.console = console;
        this.step = step;
        this.clock = clock;
        this.unit = unit;
    }

    /** The progress of a census, which counts rows. */
    public static ProgressPrinter ofCensus(Console console, InstantSource clock) {
        return new ProgressPrinter(console, "census", clock, "rows");
    }

    @Override
    public void progress(Progress progress) {
        if (console.json()) {
            every(DOCUMENT_EVERY, () -> console.note(document(progress)));
        } else if (!console.quiet() && console.terminal().error()) {
            barShown = true;
            console.redraw(new ProgressBar(step, unit, progress)
                    .fitted(console.terminal().width() - 1));
        } else if (!console.quiet()) {
            every(LINE_EVERY, () -> console.tell(line(progress)));
        }
    }

    /** Takes the bar away, so that something else can be said. */
    public void clear() {
        if (barShown) {
            barShown = false;
            console.erase();
        }
    }

    private void every(Duration pause, Runnable print) {
        Instant now = clock.instant();
        if (printed == null || !now.isBefore(printed.plus(pause))) {
            printed = now;
            print.run();
        }
    }

    private String line(Progress p) {
        long share = p.total() == 0 ? 100 : Math.min(100, 100 * p.done() / p.total());
        return String.format(
                Locale.ROOT,
                "%s %s %s %d%% %d/%d%s%s eta=%s raced=%d quarantined=%d workers=%d%s",
                clock.instant().truncatedTo(ChronoUnit.SECONDS).toString().substring(11),
                step,
                ProgressBar.name(p),
                share,
                p.done(),
                p.total(),
                p.estimated() ? " (total estimated)" : "",
                p.perSecond().isPresent()
                        ? String.format(
                                Locale.ROOT, " rate=%.0f/s", p.perSecond().getAsDouble())
                        : "",
                p.etaSeconds().isPresent() ? p.etaSeconds().getAsLong() + "s" : "?",
                p.raced(),
                p.quarantined(),
                p.workers(),
                p.waitingFor().map(who -> " waiting: " + who).orElse(""));
    }

    private Map<String, Object> document(Progress p) {
        return Json.object(
                "schema", "tegula/progress/1",
                "step", step,
                "table", p.table().toString(),
                "fields", p.fields().stream().map(FieldId::value).toList(),
                "done", p.done(),
                "total", p.total(),
                "totalEstimated", p.estimated(),
                "unit", unit,
                "perSecond",
                        p.perSecond().isPresent() ? Math.round(p.perSecond().getAsDouble()) : null,
                "etaSeconds", p.etaSeconds().isPresent() ? p.etaSeconds().getAsLong() : null,
                "raced", p.raced(),
                "quarantined", p.quarantined(),
                "workers", p.workers(),
                "waitingFor", p.waitingFor().orElse(null));
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
