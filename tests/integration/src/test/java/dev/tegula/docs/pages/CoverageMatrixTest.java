package dev.tegula.docs.pages;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The matrix of docs/jpa-coverage.md: no cell is empty, and each names a test that is there and runs on both lines of its provider. */
class CoverageMatrixTest {

    private static final Pattern TEST = Pattern.compile("`(\\w+)#(\\w+)`");
    private static final Pattern CELL =
            Pattern.compile("no such thing|(covered|refused|not guarded|not seen|leaks)\\b.*?" + TEST + ".*");
    private static final Map<String, Path> SOURCES = Repository.testSources().stream()
            .filter(path -> path.toString().endsWith("Test.java"))
            .collect(Collectors.toMap(
                    path -> path.getFileName().toString().replace(".java", ""),
                    Function.identity(),
                    (one, other) -> one));

    private static List<List<String>> rows() {
        return Repository.lines(Repository.root().resolve("docs/jpa-coverage.md")).stream()
                .filter(line -> line.startsWith("| ") && !line.startsWith("| Path"))
                .map(line -> Arrays.stream(
                                line.substring(1, line.lastIndexOf('|')).split("\\|", -1))
                        .map(String::strip)
                        .toList())
                .toList();
    }

    @Test
    void cells_ofEveryRow_sayWhatHappensAndNameTheirTest() {
        assertThat(rows()).hasSizeGreaterThan(60);
        for (List<String> row : rows()) {
            assertThat(row).as(row.get(0)).hasSize(4);
            assertThat(row.subList(1, 4)).as(row.get(0)).allMatch(cell -> CELL.matcher(cell)
                    .matches());
        }
    }

    @Test
    void tests_ofEveryCell_areThere() {
        List<String> missing = new ArrayList<>();
        for (List<String> row : rows()) {
            for (int column = 1; column < row.size(); column++) {
                Matcher named = TEST.matcher(row.get(column));
                while (named.find()) {
                    if (!isTest(named.toMatchResult()) || !runsThere(named.group(1), column)) {
                        missing.add(row.get(0) + ": " + named.group());
                    }
                }
            }
        }
        assertThat(missing).isEmpty();
    }

    /** The whole name of the method, or what stands before one of its underscores, of one method only. */
    private static boolean isTest(MatchResult named) {
        Path source = SOURCES.get(named.group(1));
        if (source == null) {
            return false;
        }
        String text = String.join("\n", Repository.lines(source));
        Pattern method = Pattern.compile(
                "@\\w*Test\\b(?:(?!\\bvoid\\b).)*?\\bvoid " + named.group(2) + "(_\\w+)?\\(", Pattern.DOTALL);
        return method.matcher(text).results().count() == 1 && !text.contains("@Disabled");
    }

    /** Tests of Hibernate are in the package that the oldest line runs too, or in the starter, which runs on both lines of Spring Boot. */
    private static boolean runsThere(String test, int column) {
        String path = SOURCES.get(test).toString().replace('\\', '/');
        return column == 3
                ? path.contains("/dev/tegula/eclipselink/")
                : path.contains("/integration/src/test/java/dev/tegula/hibernate/")
                        || path.contains("/spring-boot-starter/src/test/");
    }
}
