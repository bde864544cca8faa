package dev.tegula.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * The oldest Hibernate meets every test class of this module that meets Hibernate at all, and no other: what does not would say
 * the same twice.
 */
final class SecondLineTest {

    private static final List<String> HIBERNATE =
            List.of("org.hibernate", "jakarta.persistence", "dev.tegula.jpa", "dev.tegula.hibernate");

    /**
     * In {@code outage} the subject is a KMS or a registry that fails, and entities are one of the loads on it. Of the six ways
     * of the bindings' page one has entities, which JpaExamplesTest has too; the others need other libraries.
     */
    private static final Pattern LEFT_OUT = Pattern.compile("dev\\.tegula\\.(outage\\..*|docs\\.BindingsExamplesTest)");

    @Test
    void includes_ofTheSecondLine_areTheClassesThatMeetHibernate() throws Exception {
        JavaClasses classes = new ClassFileImporter().importPath(here());
        Set<String> wanted = new TreeSet<>();
        Set<String> included = new TreeSet<>();
        Predicate<String> runs = included();
        for (JavaClass test : classes) {
            if (test.getSimpleName().endsWith("Test") && test.isTopLevelClass()) {
                if (meetsHibernate(test) && !LEFT_OUT.matcher(test.getName()).matches()) {
                    wanted.add(test.getName());
                }
                if (runs.test(test.getName())) {
                    included.add(test.getName());
                }
            }
        }
        assertThat(wanted).hasSizeGreaterThan(20);
        assertThat(included)
                .as("the includes of tests/hibernate66/pom.xml")
                .containsExactlyInAnyOrderElementsOf(wanted);
    }

    private static Path here() throws URISyntaxException {
        return Path.of(SecondLineTest.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
    }

    private static Predicate<String> included() throws IOException {
        String pom = Files.readString(Path.of("../hibernate66/pom.xml"));
        List<String> globs = Pattern.compile("<include>(.*?)\\.java</include>")
                .matcher(pom)
                .results()
                .map(found -> "glob:" + found.group(1))
                .toList();
        assertThat(globs).isNotEmpty();
        return name -> globs.stream()
                .anyMatch(
                        glob -> FileSystems.getDefault().getPathMatcher(glob).matches(Path.of(name.replace('.', '/'))));
    }

    /** By itself or by whatever of this module it uses. */
    private static boolean meetsHibernate(JavaClass test) {
        Deque<JavaClass> open = new ArrayDeque<>(List.of(test));
        Set<JavaClass> seen = new HashSet<>(open);
        while (!open.isEmpty()) {
            for (var dependency : open.pop().getDirectDependenciesFromSelf()) {
                JavaClass used = dependency.getTargetClass();
                String name = used.getPackageName();
                if (HIBERNATE.stream().anyMatch(root -> name.equals(root) || name.startsWith(root + "."))) {
                    return true;
                }
                // Only what was read from this module has a source.
                if (used.getSource().isPresent() && seen.add(used)) {
                    open.push(used);
                }
            }
        }
        return false;
    }
}
