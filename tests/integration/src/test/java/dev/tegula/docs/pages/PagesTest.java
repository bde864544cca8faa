package dev.tegula.docs.pages;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.cli.config.ConfigurationFile;
import dev.tegula.cli.output.Exit;
import dev.tegula.config.Configuration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What pages repeat from the code is what the code says. */
class PagesTest {

    @Test
    void configuration_yamlOfThePage_isAccepted(@TempDir Path folder) throws IOException {
        String yaml = page("docs/configuration.md").blocks().stream()
                .filter(block -> block.language().equals("yaml"))
                .map(Markdown.Block::text)
                .collect(Collectors.joining("\n"));
        Path file = Files.writeString(folder.resolve("tegula.yaml"), yaml);
        Configuration configuration = ConfigurationFile.read(file, Map.of());
        assertThat(configuration.deployment()).isEqualTo("clinic-prod");
        assertThat(configuration.databases()).containsOnlyKeys("clinic");
        assertThat(configuration.keks()).containsOnlyKeys("main", "ledger", "spare");
    }

    @Test
    void exitCodes_ofTheRunbook_areThoseOfTheCommandLine() {
        Pattern row = Pattern.compile("\\| (\\d+) \\| .*");
        List<Integer> documented = page("docs/runbook-rotation.md").prose().stream()
                .map(row::matcher)
                .filter(Matcher::matches)
                .map(match -> Integer.valueOf(match.group(1)))
                .toList();
        assertThat(documented)
                .containsExactlyElementsOf(
                        Arrays.stream(Exit.values()).map(Exit::code).toList());
    }

    @Test
    void pages_namedInSources_exist() {
        Pattern named = Pattern.compile("docs/[a-z0-9/-]+\\.md");
        List<String> missing = new ArrayList<>();
        for (Path source : Repository.mainSources()) {
            Matcher name = named.matcher(String.join("\n", Repository.lines(source)));
            while (name.find()) {
                if (!Files.exists(Repository.root().resolve(name.group()))) {
                    missing.add(source.getFileName() + ": " + name.group());
                }
            }
        }
        assertThat(missing).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"crypto-core/src/main/java/dev/tegula", "cli/operations/src/main/java/dev/tegula/operations"})
    void packages_ofCoreAndOperations_areInTheArchitecture(String folder) throws IOException {
        List<String> prose = page("docs/architecture.md").prose();
        try (Stream<Path> entries = Files.list(Repository.root().resolve(folder))) {
            assertThat(entries.filter(Files::isDirectory)
                            .map(entry -> entry.getFileName().toString()))
                    .isNotEmpty()
                    .allMatch(name -> prose.stream().anyMatch(line -> line.startsWith("| `" + name + "` |")));
        }
    }

    /** With its path, with its name beside others of its folder, or as one of a folder. */
    @Test
    void modules_ofTheBuild_areInTheArchitecture() {
        String rows = page("docs/architecture.md").prose().stream()
                .filter(line -> line.startsWith("| `"))
                .collect(Collectors.joining("\n"));
        assertThat(Repository.modules()).hasSizeGreaterThan(20).allSatisfy(module -> {
            String folder = module.contains("/") ? module.substring(0, module.lastIndexOf('/')) : module;
            String name = module.substring(module.lastIndexOf('/') + 1);
            assertThat(rows).containsAnyOf("`" + module + "`", "`" + folder + "`", "`" + name + "`");
        });
    }

    /** Rows of tables apart, which Markdown cannot break. */
    @Test
    void lines_ofEveryPage_haveAtMost150Characters() {
        List<String> tooLong = new ArrayList<>();
        for (Path page : Repository.markdown()) {
            List<String> lines = Repository.lines(page);
            for (int i = 0; i < lines.size(); i++) {
                if (lines.get(i).length() > 150 && !lines.get(i).startsWith("|")) {
                    tooLong.add(Repository.root().relativize(page) + ":" + (i + 1));
                }
            }
        }
        assertThat(tooLong).isEmpty();
    }

    private static Markdown page(String name) {
        return Markdown.of(name, Repository.lines(Repository.root().resolve(name)));
    }
}
