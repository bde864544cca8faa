package dev.tegula.docs.pages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * Java in the documentation is a region of a test with its imports, letter by letter; so it compiles and does what the page says.
 * {@code -Dtegula.docs.write=true} writes the regions into the pages.
 */
class SnippetsTest {

    @Test
    void blocks_ofEveryPage_areRegionsOfTests() {
        Map<String, String> regions = regions();
        if (Boolean.getBoolean("tegula.docs.write")) {
            Repository.markdown().forEach(page -> write(page, regions));
        }
        TreeSet<String> unused = new TreeSet<>(regions.keySet());
        List<String> problems = new ArrayList<>();
        for (Path page : Repository.markdown()) {
            String name = Repository.root().relativize(page).toString();
            Markdown markdown = Markdown.of(name, Repository.lines(page));
            problems.addAll(problems(name, markdown, regions));
            markdown.blocks().forEach(block -> block.snippet().ifPresent(unused::remove));
        }
        assertThat(problems).isEmpty();
        assertThat(unused).as("regions that no page shows").isEmpty();
    }

    @Test
    void problems_textDiffers_isNamed() {
        assertThat(problemsOf("<!-- snippet: a -->", "```java", "int b;", "```"))
                .singleElement()
                .asString()
                .contains("page.md:2", "snippet a differs", "int a;");
    }

    @Test
    void problems_regionMissing_isNamed() {
        assertThat(problemsOf("<!-- snippet: gone -->", "```java", "int a;", "```"))
                .singleElement()
                .asString()
                .contains("page.md:2", "no test has a region gone");
    }

    @Test
    void problems_javaWithoutMarker_isNamed() {
        assertThat(problemsOf("```java", "int a;", "```"))
                .singleElement()
                .asString()
                .contains("page.md:1", "no region");
    }

    @Test
    void problems_javaThatATutorialWrites_areNone() {
        assertThat(problemsOf("<!-- file: A.java -->", "```java", "class A {}", "```"))
                .isEmpty();
    }

    @Test
    void problems_indentedLikeTheTest_areNone() {
        assertThat(problemsOf("<!-- snippet: a -->", "```java", "int a;", "```", "```sql", "select 1", "```"))
                .isEmpty();
    }

    @Test
    void of_markerWithoutBlock_isRefused() {
        assertThatThrownBy(() -> problemsOf("<!-- snippet: a -->", "", "```java", "int a;", "```"))
                .hasMessageContaining("page.md:2")
                .hasMessageContaining("must begin a block");
    }

    @Test
    void texts_ofJava_beginWithWhatTheyNeed() {
        String text = new Regions(Set.of("dev.t.Sibling", "dev.other.Sibling", "dev.t.Unused"))
                .add(
                        "T.java",
                        List.of(
                                "package dev.t;",
                                "import static a.B.of;",
                                "import a.List;",
                                "import a.Text;",
                                "import a.Map;",
                                "// docs:begin a",
                                "    /** A Map. */",
                                "    Sibling all = of(List.none(), x.Map, \"Text\"); // Text",
                                "// docs:end a"))
                .texts()
                .get("a");
        assertThat(text.lines().limit(6))
                .containsExactly(
                        "import static a.B.of;", "", "import a.List;", "import dev.t.Sibling;", "", "/** A Map. */");
    }

    @Test
    void add_regionNotClosed_isRefused() {
        assertThatThrownBy(() -> new Regions(Set.of()).add("T.java", List.of("// docs:begin a", "int a;")))
                .hasMessageContaining("[a] are not closed");
    }

    private static List<String> problemsOf(String... page) {
        Regions regions =
                new Regions(Set.of()).add("T.java", List.of("    // docs:begin a", "    int a;", "    // docs:end a"));
        return problems("page.md", Markdown.of("page.md", List.of(page)), regions.texts());
    }

    private static List<String> problems(String name, Markdown page, Map<String, String> regions) {
        List<String> problems = new ArrayList<>();
        for (Markdown.Block block : page.blocks()) {
            String where = name + ":" + block.line() + ": ";
            if (block.snippet().isEmpty()) {
                if (block.language().equals("java") && !block.done()) {
                    problems.add(where + "Java of no region; put `<!-- snippet: name -->` before it");
                }
                continue;
            }
            String snippet = block.snippet().get();
            String region = regions.get(snippet);
            if (region == null) {
                problems.add(where + "no test has a region " + snippet);
            } else if (!region.equals(block.text())) {
                problems.add(where + "snippet " + snippet + " differs; the test has\n" + region);
            }
        }
        return problems;
    }

    private static void write(Path page, Map<String, String> regions) {
        String name = Repository.root().relativize(page).toString();
        List<String> lines = new ArrayList<>(Repository.lines(page));
        List<Markdown.Block> blocks = new ArrayList<>(Markdown.of(name, lines).blocks());
        Collections.reverse(blocks);
        for (Markdown.Block block : blocks) {
            String region = block.snippet().map(regions::get).orElse(block.text());
            if (!region.equals(block.text())) {
                List<String> old = lines.subList(
                        block.line(), block.line() + (int) block.text().lines().count());
                old.clear();
                old.addAll(region.lines().toList());
            }
        }
        try {
            Files.write(page, lines);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Map<String, String> regions() {
        Regions regions = new Regions(Repository.mainTypes());
        for (Path source : Repository.testSources()) {
            if (!source.endsWith("docs/pages/SnippetsTest.java")) {
                regions.add(Repository.root().relativize(source).toString(), Repository.lines(source));
            }
        }
        return regions.texts();
    }
}
