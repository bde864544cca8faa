package dev.tegula.spring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.spring.clinic.Clinic;
import dev.tegula.test.TestTegula;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringApplicationAotProcessor;
import org.springframework.context.aot.AbstractAotProcessor;

/** An application whose context was made ahead of time, as {@code spring-boot:process-aot} does it, on a JVM. */
@Tag("long")
class AheadOfTimeTest {

    @TempDir
    Path folder;

    @Test
    void start_ofGeneratedContext_encrypts() throws Exception {
        Lab lab = Lab.withKeyset(folder).with("tegula.retry.max-attempts", "2");
        List<String> arguments = new ArrayList<>();
        lab.properties().forEach((name, value) -> arguments.add("--" + name + "=" + value));
        Path sources = Files.createDirectory(folder.resolve("sources"));
        Path resources = Files.createDirectory(folder.resolve("resources"));
        Path classes = Files.createDirectory(folder.resolve("classes"));
        new SpringApplicationAotProcessor(
                        Clinic.class,
                        AbstractAotProcessor.Settings.builder()
                                .sourceOutput(sources)
                                .resourceOutput(resources)
                                .classOutput(classes)
                                .groupId("dev.tegula")
                                .artifactId("clinic")
                                .build(),
                        arguments.toArray(String[]::new))
                .process();
        compile(sources, classes);
        String metadata = read(resources);
        assertThat(metadata).contains("dev/tegula/blindindex/*.txt", "dev.tegula.hibernate.EncryptedBinder");

        String said = Forked.run(
                folder,
                List.of("-Dspring.aot.enabled=true", "-Dspring.devtools.restart.enabled=false"),
                List.of(classes, resources),
                Clinic.class,
                lab.properties());
        assertThat(said).contains("generated true, read 123-45-6789");
        assertThat(lab.query("select get_byte(ssn, 0) from patient")).isEqualTo(List.of(1));
        TestTegula.assertNotStored(lab.database(), "123-45-6789");
    }

    private static String read(Path resources) throws Exception {
        StringBuilder all = new StringBuilder();
        try (Stream<Path> files = Files.walk(resources)) {
            for (Path file :
                    files.filter(path -> path.toString().endsWith(".json")).toList()) {
                all.append(Files.readString(file));
            }
        }
        return all.toString().replace("\\/", "/");
    }

    private static void compile(Path sources, Path classes) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                "-proc:none",
                "-nowarn",
                "-parameters",
                "-d",
                classes.toString(),
                "-cp",
                classes + ":" + Forked.classPath()));
        try (Stream<Path> files = Files.walk(sources)) {
            files.filter(path -> path.toString().endsWith(".java")).forEach(path -> command.add(path.toString()));
        }
        assertThat(ToolProvider.getSystemJavaCompiler().run(null, null, null, command.toArray(String[]::new)))
                .isZero();
    }
}
