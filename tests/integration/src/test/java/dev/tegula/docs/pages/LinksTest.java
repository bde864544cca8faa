package dev.tegula.docs.pages;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Relative links of the documentation lead to files and headings that exist. */
class LinksTest {

    private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");
    private static final Pattern CODE = Pattern.compile("`[^`]*`");
    private static final Pattern HEADING = Pattern.compile("#{1,6} +(.*)");

    @Test
    void links_ofEveryPage_resolve() {
        List<String> broken = new ArrayList<>();
        for (Path page : Repository.markdown()) {
            broken.addAll(broken(page));
        }
        assertThat(broken).isEmpty();
    }

    @Test
    void pages_underDocs_areAllReachedFromTheReadme() {
        Set<Path> reached = new HashSet<>();
        reach(Repository.root().resolve("README.md"), reached);
        Path docs = Repository.root().resolve("docs");
        assertThat(Repository.markdown())
                .filteredOn(page -> page.startsWith(docs))
                .as("pages under docs/ that no chain of links from README.md reaches")
                .allMatch(reached::contains);
    }

    @Test
    void anchor_ofAHeading_isTheOneGitHubMakes() {
        assertThat(anchor("What `tegula.yaml` holds, and why")).isEqualTo("what-tegulayaml-holds-and-why");
        assertThat(anchor("6 verify")).isEqualTo("6-verify");
    }

    private static void reach(Path page, Set<Path> reached) {
        if (!page.toString().endsWith(".md") || !Files.exists(page) || !reached.add(page)) {
            return;
        }
        for (String target : targets(page)) {
            String path = target.replaceFirst("#.*", "");
            if (!path.isEmpty()) {
                reach(page.resolveSibling(path).normalize(), reached);
            }
        }
    }

    private static List<String> broken(Path page) {
        List<String> broken = new ArrayList<>();
        for (String target : targets(page)) {
            int hash = target.indexOf('#');
            String path = hash < 0 ? target : target.substring(0, hash);
            Path file = path.isEmpty() ? page : page.resolveSibling(path).normalize();
            boolean found = Files.exists(file) && (hash < 0 || anchors(file).contains(target.substring(hash + 1)));
            if (!found) {
                broken.add(Repository.root().relativize(page) + " -> " + target);
            }
        }
        return broken;
    }

    private static List<String> targets(Path page) {
        List<String> targets = new ArrayList<>();
        for (String line : prose(page)) {
            Matcher link = LINK.matcher(CODE.matcher(line).replaceAll("x"));
            while (link.find()) {
                if (!link.group(1).matches("(https?|mailto):.*")) {
                    targets.add(link.group(1));
                }
            }
        }
        return targets;
    }

    private static Set<String> anchors(Path page) {
        Set<String> anchors = new HashSet<>();
        for (String line : prose(page)) {
            Matcher heading = HEADING.matcher(line);
            if (heading.matches()) {
                String anchor = anchor(heading.group(1));
                for (int i = 1; !anchors.add(anchor); i++) {
                    anchor = anchor(heading.group(1)) + "-" + i;
                }
            }
        }
        return anchors;
    }

    private static String anchor(String heading) {
        return heading.strip()
                .toLowerCase(Locale.ROOT)
                .replaceAll("[^\\p{L}\\p{N} _-]", "")
                .replace(' ', '-');
    }

    private static List<String> prose(Path page) {
        return Markdown.of(page.getFileName().toString(), Repository.lines(page))
                .prose();
    }
}
