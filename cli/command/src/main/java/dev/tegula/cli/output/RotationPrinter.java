package dev.tegula.cli.output;

import dev.tegula.operations.document.Json;
import dev.tegula.operations.reencrypt.Progress;
import dev.tegula.operations.rotation.RotationListener;
import dev.tegula.operations.rotation.Step;
import java.time.InstantSource;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The steps of a rotation as they happen, and the progress inside of them. */
public final class RotationPrinter implements RotationListener {

    private final Console console;
    private final InstantSource clock;
    private ProgressPrinter progress;
    private @Nullable ProgressPrinter census;

    /** A printer on stderr. */
    public RotationPrinter(Console console, InstantSource clock) {
        this.console = console;
        this.clock = clock;
        this.progress = new ProgressPrinter(console, "rotate", clock);
    }

    @Override
    public void step(Step step, State state, String detail) {
        String name = step.name().toLowerCase(Locale.ROOT);
        end();
        if (state == State.STARTED) {
            progress = new ProgressPrinter(console, name, clock);
        }
        if (console.json()) {
            console.note(Json.object(
                    "schema",
                    "tegula/step/1",
                    "step",
                    name,
                    "state",
                    state.name().toLowerCase(Locale.ROOT),
                    "detail",
                    detail));
            return;
        }
        console.say(String.format(Locale.ROOT, "  %s %-10s %s", mark(state), name, detail)
                .stripTrailing());
    }

    @Override
    public void progress(Progress now) {
        progress.progress(now);
    }

    @Override
    public void census(Progress now) {
        if (census == null) {
            census = ProgressPrinter.ofCensus(console, clock);
        }
        census.progress(now);
    }

    /** Takes a bar away that a failure left. */
    public void end() {
        progress.clear();
        if (census != null) {
            census.clear();
        }
    }

    private static String mark(State state) {
        return switch (state) {
            case STARTED -> "▸";
            case NEWS -> "·";
            case DONE -> "✓";
            case SKIPPED -> "–";
        };
    }
}
