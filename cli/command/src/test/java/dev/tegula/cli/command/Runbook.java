package dev.tegula.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The commands of a page, as they stand there. */
final class Runbook {

    private static final String BLOCK = "```console\n";
    private static final Path ROOT = Path.of(System.getProperty("maven.multiModuleProjectDirectory", "../.."));

    private Runbook() {}

    /**
     * The commands of one block, without {@code tegula} and comments.
     *
     * @param page its name in the folder of pages
     * @param block its number, from 0
     */
    static List<String> commands(String page, int block) throws IOException {
        String[] blocks = Files.readString(ROOT.resolve("docs/" + page)).split(BLOCK, -1);
        String lines = blocks[block + 1].substring(0, blocks[block + 1].indexOf("\n```"));
        assertThat(lines.lines()).allSatisfy(line -> assertThat(line).startsWith("$ tegula "));
        return lines.lines()
                .map(line -> line.substring("$ tegula ".length()).replaceAll(" +#.*", ""))
                .toList();
    }
}
