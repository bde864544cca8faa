package dev.tegula.docs.pages;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The files of this repository that the documentation tests read. */
final class Repository {

    private Repository() {}

    /** The directory of README.md and crypto-core, wherever in it the build was started. */
    static Path root() {
        for (Path dir = Path.of("").toAbsolutePath(); dir != null; dir = dir.getParent()) {
            if (Files.exists(dir.resolve("README.md")) && Files.isDirectory(dir.resolve("crypto-core"))) {
                return dir;
            }
        }
        throw new IllegalStateException(
                "Run this test inside the repository; started in " + Path.of("").toAbsolutePath());
    }

    /** Every Markdown file, without build output. */
    static List<Path> markdown() {
        return files(path -> path.toString().endsWith(".md"));
    }

    /** Folders with a pom.xml that builds something, relative to the root. */
    static List<String> modules() {
        return files(path -> path.endsWith("pom.xml")).stream()
                .filter(pom -> lines(pom).stream().noneMatch(line -> line.contains("<modules>")))
                .map(pom -> root().relativize(pom.getParent()).toString().replace('\\', '/'))
                .toList();
    }

    /** Java sources of tests and the files they read, the projects of consumers, and the sample, which tests start. */
    static List<Path> testSources() {
        return files(path -> {
            String name = root().relativize(path).toString().replace('\\', '/');
            return (name.contains("src/test/")
                            || name.startsWith("tests/consumers/")
                            || name.startsWith("tests/sample/src/"))
                    && name.matches(".*\\.(java|yaml|sql|xml)");
        });
    }

    /** Java sources of modules and tests. */
    static List<Path> javaSources() {
        return files(path -> path.toString().endsWith(".java"));
    }

    /** Java sources of the modules. */
    static List<Path> mainSources() {
        return files(path -> {
            String name = root().relativize(path).toString().replace('\\', '/');
            return name.contains("src/main/java/") && name.endsWith(".java");
        });
    }

    /** Full names of the types that the modules have. */
    static Set<String> mainTypes() {
        return mainSources().stream()
                .map(path -> path.toString().replace('\\', '/'))
                .map(path -> path.substring(
                                path.indexOf("src/main/java/") + "src/main/java/".length(),
                                path.length() - ".java".length())
                        .replace('/', '.'))
                .collect(Collectors.toSet());
    }

    static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Path> files(Predicate<Path> wanted) {
        List<Path> found = new ArrayList<>();
        collect(root(), wanted, found);
        return found;
    }

    private static void collect(Path dir, Predicate<Path> wanted, List<Path> found) {
        try (Stream<Path> entries = Files.list(dir)) {
            for (Path entry : entries.sorted().toList()) {
                String name = entry.getFileName().toString();
                if (Files.isDirectory(entry)) {
                    if (!name.startsWith(".") && !name.equals("target") && !name.equals("node_modules")) {
                        collect(entry, wanted, found);
                    }
                } else if (wanted.test(entry)) {
                    found.add(entry);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
