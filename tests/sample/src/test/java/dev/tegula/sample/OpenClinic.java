package dev.tegula.sample;

import dev.tegula.cli.command.CommandTree;
import dev.tegula.cli.output.Console;
import dev.tegula.sample.database.Alone;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The clinic as {@code dev/sample} starts it alone, on a free port, and the command line on its configuration. */
final class OpenClinic implements AutoCloseable {

    /** Ada and these. */
    static final int PATIENTS = 1 + 60;

    private final Path folder;
    private final Alone alone;

    private OpenClinic(Path folder, Alone alone) {
        this.folder = folder;
        this.alone = alone;
    }

    static OpenClinic start(Path folder) throws IOException, SQLException {
        return new OpenClinic(
                folder,
                Alone.start(
                        folder,
                        List.of(
                                "--server.port=0",
                                "--clinic.invented-patients=" + (PATIENTS - 1),
                                "--logging.level.org.openqa=error")));
    }

    String address() {
        return "http://localhost:" + alone.application().getEnvironment().getRequiredProperty("local.server.port");
    }

    <T> T bean(Class<T> type) {
        return alone.application().getBean(type);
    }

    /** Runs {@code tegula} with these arguments and gives its exit code. */
    int tegula(String... arguments) {
        String[] line = Stream.concat(
                        Stream.of(arguments),
                        Stream.of("--config", folder.resolve("tegula.yaml").toString()))
                .toArray(String[]::new);
        return CommandTree.run(Console.system(Map.of()), Map.of(), line);
    }

    @Override
    public void close() {
        alone.close();
    }
}
