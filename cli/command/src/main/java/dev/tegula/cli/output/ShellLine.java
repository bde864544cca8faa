package dev.tegula.cli.output;

import dev.tegula.failure.ShellWord;
import java.util.List;
import java.util.stream.Collectors;

/** The words of a command as a shell takes them, on one line. */
public final class ShellLine {

    private ShellLine() {}

    /** One line; words with anything but letters, digits and a few signs are quoted, what cannot be seen is escaped. */
    public static String of(List<String> words) {
        return words.stream().map(ShellWord::of).collect(Collectors.joining(" "));
    }
}
