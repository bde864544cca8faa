package dev.tegula.cli.output;

import dev.tegula.operations.document.Json;
import dev.tegula.operations.reencrypt.Progress;
import dev.tegula.operations.rotation.IndexRotationListener;
import dev.tegula.operations.rotation.IndexStep;
import java.time.InstantSource;
import java.util.Locale;

/** The steps of the rotation of an index key on stderr, and the progress between them. */
public final class IndexRotationPrinter implements IndexRotationListener {

    private final Console console;
    private final ProgressPrinter progress;

    /** On a console. */
    public IndexRotationPrinter(Console console, InstantSource clock) {
        this.console = console;
        this.progress = new ProgressPrinter(console, "index rotate", clock);
    }

    @Override
    public void step(IndexStep step, String detail) {
        progress.clear();
        String name = step.name().toLowerCase(Locale.ROOT);
        if (console.json()) {
            console.note(Json.object("schema", "tegula/step/1", "step", name, "state", "started", "detail", detail));
        } else if (!console.quiet()) {
            console.tell(name + "  " + detail);
        }
    }

    @Override
    public void progress(Progress now) {
        progress.progress(now);
    }

    /** Takes the bar away. */
    public void clear() {
        progress.clear();
    }
}
