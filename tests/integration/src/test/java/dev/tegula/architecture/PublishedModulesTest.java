package dev.tegula.architecture;

import static java.util.stream.Collectors.toCollection;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;
import org.w3c.dom.Node;

/** What `mvn install` and `mvn deploy` publish: the modules of the BOM, and the BOM. */
final class PublishedModulesTest {

    private static final Path ROOT = Path.of(System.getProperty("maven.multiModuleProjectDirectory", "../.."));
    private static final Path BOM = ROOT.resolve("jpa-converters/bom/pom.xml");

    @Test
    void modules_thatArePublished_areThoseOfTheBom() throws Exception {
        TreeSet<String> published = new TreeSet<>();
        for (Path pom : poms()) {
            Element project = project(pom);
            if (!child(project, "packaging").equals("pom") && !skipped(project)) {
                published.add(child(project, "artifactId"));
            }
        }
        assertThat(published).containsExactlyElementsOf(inBom());
    }

    @Test
    void modules_thatArePublished_sayWhatTheyAre() throws Exception {
        TreeSet<String> bom = new TreeSet<>(inBom());
        for (Path pom : poms()) {
            Element project = project(pom);
            if (bom.contains(child(project, "artifactId"))) {
                assertThat(child(project, "description"))
                        .as("description of %s", pom)
                        .isNotEmpty();
                assertThat(child(project, "name")).as("name of %s", pom).isNotEmpty();
            }
        }
    }

    /** Skipping one of the two would publish by the other. */
    @Test
    void modules_thatAreNotPublished_skipInstallAndDeploy() throws Exception {
        for (Path pom : poms()) {
            Optional<Element> properties = element(project(pom), "properties");
            assertThat(properties.map(found -> child(found, "maven.install.skip")))
                    .as("%s", pom)
                    .isEqualTo(properties.map(found -> child(found, "maven.deploy.skip")));
        }
    }

    /** A pom that fixes its version would not follow -Drevision. */
    @Test
    void versions_ofOurs_areTheProperty() throws Exception {
        for (Path pom : poms()) {
            Element project = project(pom);
            Optional<Element> parent = element(project, "parent");
            assertThat(parent.map(found -> child(found, "version")).orElseGet(() -> child(project, "version")))
                    .as("%s", pom)
                    .isEqualTo("${revision}");
        }
    }

    private static boolean skipped(Element project) {
        return element(project, "properties")
                .map(found -> child(found, "maven.install.skip").equals("true"))
                .orElse(false);
    }

    private static Set<String> inBom() throws Exception {
        Element dependencies = element(
                        element(project(BOM), "dependencyManagement").orElseThrow(), "dependencies")
                .orElseThrow();
        return children(dependencies).map(entry -> child(entry, "artifactId")).collect(toCollection(TreeSet::new));
    }

    /** Of the modules: those under a pom with modules, from the root down. */
    private static List<Path> poms() throws Exception {
        List<Path> found = new ArrayList<>();
        collect(ROOT, found);
        assertThat(found).hasSizeGreaterThan(20);
        return found;
    }

    private static void collect(Path folder, List<Path> found) throws Exception {
        Path pom = folder.resolve("pom.xml");
        found.add(pom);
        Optional<Element> modules = element(project(pom), "modules");
        if (modules.isPresent()) {
            for (Element module : children(modules.get()).toList()) {
                collect(folder.resolve(module.getTextContent()), found);
            }
        }
    }

    private static Element project(Path pom) throws Exception {
        File file = pom.toFile();
        assertThat(Files.exists(pom)).as("%s", pom).isTrue();
        return DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(file)
                .getDocumentElement();
    }

    private static Stream<Element> children(Element parent) {
        return IntStream.range(0, parent.getChildNodes().getLength())
                .mapToObj(parent.getChildNodes()::item)
                .filter(node -> node.getNodeType() == Node.ELEMENT_NODE)
                .map(Element.class::cast);
    }

    private static Optional<Element> element(Element parent, String name) {
        return children(parent).filter(child -> child.getTagName().equals(name)).findFirst();
    }

    private static String child(Element parent, String name) {
        return element(parent, name).map(Node::getTextContent).orElse("");
    }
}
