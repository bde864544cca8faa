package dev.tegula.cli;

import dev.tegula.cli.output.Console;
import dev.tegula.cli.output.Terminal;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Reader;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Loads the classes that most commands need, so that the launcher can keep them in a class-data archive. Runs a few
 * commands that reach no server, and prints nothing.
 */
final class ClassDataTraining {

    private static final String SAMPLE = """
            tegula:
              deployment: training
              profile: development
              kms:
                local: { type: tink, keyset: tegula.keyset, passphrase-file: passphrase }
              keks:
                main: { kms: local, key: primary, default: true }
              databases:
                none: { url: "jdbc:postgresql://127.0.0.1:1/none", username: nobody }
            """;

    private ClassDataTraining() {}

    /** Runs the commands. */
    public static void main(String[] arguments) throws IOException {
        Path folder = Files.createTempDirectory("tegula-training");
        Path file = folder.resolve("tegula.yaml");
        try {
            Files.writeString(file, SAMPLE);
            String config = "--config=" + file;
            String envelope = "01" + "00".repeat(99);
            for (List<String> line : List.of(
                    List.of("--help"),
                    List.of("rotate", "--help"),
                    List.of("--version"),
                    List.of("statsu"),
                    List.of("inspect", envelope),
                    List.of("inspect", "--json", envelope),
                    List.of("config", "show", config),
                    List.of("status", config))) {
                run(line);
            }
        } finally {
            Files.deleteIfExists(file);
            Files.deleteIfExists(folder);
        }
    }

    private static void run(List<String> line) {
        PrintWriter nowhere = new PrintWriter(Writer.nullWriter());
        Console console = new Console(Reader.nullReader(), nowhere, nowhere, Terminal.none());
        Main.run(console, Map.of(), line.toArray(String[]::new));
    }
}
