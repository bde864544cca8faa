package dev.tegula.spring;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** What changes keys and rows belongs to operators: an application has no class of it. */
class ClassPathTest {

    /** Of the starter and of what it brings. */
    @Test
    void classes_ofTheStarter_nameNoneOfOperations() throws Exception {
        for (Class<?> one :
                List.of(TegulaProperties.class, dev.tegula.Tegula.class, dev.tegula.hibernate.Encrypted.class)) {
            Path place = Path.of(
                    one.getProtectionDomain().getCodeSource().getLocation().toURI());
            try (var jar = Files.isDirectory(place) ? null : java.nio.file.FileSystems.newFileSystem(place);
                    Stream<Path> files = Files.walk(jar == null ? place : jar.getPath("/"))) {
                List<Path> classes =
                        files.filter(file -> file.toString().endsWith(".class")).toList();
                assertThat(classes).hasSizeGreaterThan(20);
                for (Path file : classes) {
                    assertThat(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1))
                            .as(file.toString())
                            .doesNotContain("dev/tegula/operations");
                }
            }
        }
    }

    @Test
    void pom_ofTheStarter_bringsItToTestsOnly() throws Exception {
        String pom = Files.readString(Path.of("../../jpa-converters/spring-boot-starter/pom.xml"));
        Matcher found = Pattern.compile("<artifactId>tegula-operations</artifactId>\\s*<scope>(\\w+)</scope>")
                .matcher(pom);
        assertThat(found.find()).isTrue();
        assertThat(found.group(1)).isEqualTo("test");
    }

    @Test
    void start_withoutOperations_works() {
        new ApplicationContextRunner()
                .withConfiguration(
                        AutoConfigurations.of(TegulaAutoConfiguration.class, TegulaTestAutoConfiguration.class))
                .withClassLoader(new FilteredClassLoader("dev.tegula.operations"))
                .run(context -> assertThat(context).hasNotFailed().hasSingleBean(dev.tegula.Tegula.class));
    }
}
