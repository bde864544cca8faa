package dev.tegula.demo;

import dev.tegula.cli.output.Console;
import dev.tegula.cli.output.Style;
import java.util.ArrayList;
import java.util.List;

/** Tells the story of the demo: numbered chapters, what happens, what was seen. */
final class Narrator {

    private static final int WIDTH = 100;

    private final Console console;
    private int chapter;

    Narrator(Console console) {
        this.console = console;
    }

    /** Begins a chapter. */
    void chapter(String title) {
        chapter++;
        String head = "── " + chapter + "  " + title + " ";
        console.show("");
        int width = Math.min(WIDTH, console.terminal().width());
        console.show(Style.BOLD, head + "─".repeat(Math.max(3, width - head.length())));
    }

    /** Says what happens and why. */
    void tell(String... lines) {
        for (String line : lines) {
            console.show("  " + line);
        }
    }

    /** A command that does the same on your own database. */
    void command(String command) {
        console.show(Style.COMMAND, "  $ " + command);
    }

    /** What was seen. */
    void seen(List<String> lines) {
        lines.stream().flatMap(line -> wrapped(line).stream()).forEach(line -> console.show("      " + line));
    }

    /** A line of the narrator is cut between words; one that is aligned or quoted fits. */
    private static List<String> wrapped(String line) {
        List<String> out = new ArrayList<>();
        String rest = line;
        while (rest.length() > WIDTH && rest.lastIndexOf(' ', WIDTH) > WIDTH / 2) {
            int cut = rest.lastIndexOf(' ', WIDTH);
            out.add(rest.substring(0, cut));
            rest = rest.substring(cut + 1);
        }
        out.add(rest);
        return out;
    }

    /** What was seen. */
    void seen(String... lines) {
        seen(List.of(lines));
    }

    /** What went as it should. */
    void good(String line) {
        console.show(Style.GOOD, "  ✓ " + line);
    }
}
