package dev.tegula.architecture;

import static dev.tegula.architecture.Modules.CLASSES;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What each {@code package-info} says that its package may use, held against what its classes use. The sentence begins with "May
 * use" or is "Uses no other package of Tegula". Of Tegula it names, each as {@code code}: packages, in full or by what comes behind
 * {@code dev.tegula} or behind its parent; modules by their artifact; or "every other package of this module".
 */
final class PackageInfoTest {

    private static final Path ROOT = Path.of("../..");
    private static final Pattern SENTENCE = Pattern.compile("(?:^|[\\s>])May use (.*?)\\.(?=\\s|$)");
    private static final String NONE = "Uses no other package of Tegula";
    private static final String ALL = "every other package of this module";
    private static final Pattern CODE = Pattern.compile("\\{@code ([^}]*)\\}");
    private static final Pattern ARTIFACT =
            Pattern.compile("</parent>.*?<artifactId>([^<]*)</artifactId>", Pattern.DOTALL);

    /** The packages of each module that is looked at, by its artifact. */
    private static final Map<String, Set<String>> MODULES = new TreeMap<>();

    private static final Map<String, Path> FILES = new TreeMap<>();

    static {
        Set<String> seen = CLASSES.stream().map(JavaClass::getPackageName).collect(Collectors.toSet());
        try (Stream<Path> files = Files.walk(ROOT)) {
            files.filter(file -> file.endsWith("package-info.java"))
                    .filter(file -> !file.toString().contains("/target/"))
                    .forEach(file -> {
                        int main = file.toString().indexOf("/src/main/java/");
                        String name = main < 0
                                ? ""
                                : file.getParent()
                                        .toString()
                                        .substring(main + "/src/main/java/".length())
                                        .replace('/', '.');
                        if (seen.contains(name)) {
                            FILES.put(name, file);
                            MODULES.computeIfAbsent(
                                            artifact(Path.of(file.toString().substring(0, main))),
                                            artifact -> new TreeSet<>())
                                    .add(name);
                        }
                    });
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String artifact(Path module) {
        try {
            Matcher found = ARTIFACT.matcher(Files.readString(module.resolve("pom.xml")));
            assertThat(found.find()).as(module + "/pom.xml").isTrue();
            return found.group(1);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    static Set<String> packages() {
        return FILES.keySet();
    }

    @Test
    void packages_ofClasses_haveAPackageInfo() {
        assertThat(MODULES.keySet())
                .contains(
                        "tegula-core",
                        "tegula-hibernate",
                        "tegula-spring-boot-starter",
                        "tegula-operations",
                        "tegula-cli");
        assertThat(CLASSES.stream()
                        .filter(JavaClass::isTopLevelClass)
                        .map(JavaClass::getPackageName)
                        .collect(Collectors.toSet()))
                .isEqualTo(FILES.keySet());
    }

    @ParameterizedTest
    @MethodSource("packages")
    void uses_ofAPackage_areWhatItSaysItMayUse(String name) throws IOException {
        String text = text(FILES.get(name));
        Set<String> may = may(name, text);
        Set<String> uses = uses(name);

        assertThat(may).as("%s uses %s", name, uses).containsAll(uses);
    }

    /** A word that is no package any more allows nothing, and misleads. */
    @ParameterizedTest
    @MethodSource("packages")
    void packages_thatAPackageMayUse_areThoseThatItUses(String name) throws IOException {
        Set<String> named = new HashSet<>();
        codes(text(FILES.get(name))).forEach(code -> named.addAll(asPackage(name, code)));

        assertThat(uses(name)).as("what it names and does not use").containsAll(named);
    }

    private static String text(Path file) throws IOException {
        String source = Files.readString(file);
        return source.substring(source.indexOf("/**") + 3, source.indexOf("*/"))
                .replaceAll("\\s*\\n\\s*\\*", " ")
                .replaceAll("\\s+", " ")
                .strip();
    }

    private static List<String> codes(String text) {
        Matcher sentence = SENTENCE.matcher(text);
        return sentence.find()
                ? CODE.matcher(sentence.group(1))
                        .results()
                        .map(code -> code.group(1))
                        .filter(code -> !code.startsWith("java."))
                        .toList()
                : List.of();
    }

    private static Set<String> may(String name, String text) {
        Matcher sentence = SENTENCE.matcher(text);
        boolean says = sentence.find();
        assertThat(says || text.contains(NONE))
                .as("%s says \"May use …\" or \"%s\"; it uses %s", name, NONE, uses(name))
                .isTrue();
        Set<String> may = new LinkedHashSet<>();
        if (says && sentence.group(1).contains(ALL)) {
            MODULES.values().stream().filter(module -> module.contains(name)).forEach(may::addAll);
        }
        for (String code : codes(text)) {
            Set<String> packages = MODULES.getOrDefault(code, asPackage(name, code));
            assertThat(packages)
                    .as("%s is a module or a package, in %s", code, name)
                    .isNotEmpty();
            may.addAll(packages);
        }
        return may;
    }

    private static Set<String> asPackage(String from, String code) {
        String parent = from.substring(0, from.lastIndexOf('.'));
        return Stream.of(code, from + "." + code, parent + "." + code, "dev.tegula." + code)
                .filter(FILES::containsKey)
                .findFirst()
                .map(Set::of)
                .orElse(Set.of());
    }

    private static Set<String> uses(String name) {
        return CLASSES.stream()
                .filter(type -> type.getPackageName().equals(name))
                .flatMap(type -> type.getDirectDependenciesFromSelf().stream())
                .map(Dependency::getTargetClass)
                .map(type -> type.getBaseComponentType().getPackageName())
                .filter(used -> !used.equals(name) && FILES.containsKey(used))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
