package dev.tegula.cli.demo;

import dev.tegula.cli.output.Console;
import dev.tegula.cli.output.Style;
import java.util.List;

/** Tells the story of the demo: numbered chapters, what happens, what was seen. */
final class Narrator {

    private static final int WIDTH = 100;

    private final Console console;
    private final Style style;
    private int chapter;

    Narrator(Console console) {
        this.console = console;
        this.style = console.style();
    }

    /** Begins a chapter. */
    void chapter(String title) {
        chapter++;
        String head = "── " + chapter + "  " + title + " ";
        console.show("");
        console.show(style.bold(head + "─".repeat(Math.max(3, WIDTH - head.length()))));
    }

    /** Says what happens and why. */
    void tell(String... lines) {
        for (String line : lines) {
            console.show("  " + line);
        }
    }

    /** A command that does the same on your own database. */
    void command(String command) {
        console.show("  " + style.command("$ " + command));
    }

    /** What was seen. */
    void seen(List<String> lines) {
        lines.forEach(line -> console.show("      " + line));
    }

    /** What was seen. */
    void seen(String... lines) {
        seen(List.of(lines));
    }

    /** What went as it should. */
    void good(String line) {
        console.show("  " + style.good("✓ " + line));
    }
}
