package dev.tegula.application;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The class path of an application: its jars with their size, and no code on it that owns tables. */
final class ApplicationClassPathTest {

    private static final Path JARS = Path.of("jars.txt");

    /** A string of a class file that a database would take as DDL. */
    private static final Pattern DDL = Pattern.compile(
            "(CREATE|ALTER|DROP|TRUNCATE|GRANT|LOCK) (OR REPLACE |UNIQUE |ON )?(TABLE|INDEX|TRIGGER|FUNCTION|SCHEMA|SELECT)");

    /** These word a cure for a person, and run none. */
    private static final List<String> WORD_CURES = List.of(
            "dev/tegula/envelope/EnvelopeHead.class",
            "dev/tegula/jdbc/OwnTables.class",
            "dev/tegula/jdbc/RealTable.class",
            "dev/tegula/jdbc/WrongType.class");

    /** These give Hibernate's schema tool, where that makes the tables, what a column that is adopted needs; they run none themselves. */
    private static final List<String> FOR_THE_SCHEMA_TOOL =
            List.of("dev/tegula/hibernate/boot/PlaintextColumns.class", "dev/tegula/jdbc/AdoptionTrigger.class");

    @Test
    void jars_ofAnApplication_areThoseInTheList() throws IOException {
        List<String> found = new ArrayList<>();
        long bytes = 0;
        for (Path entry : classPath()) {
            if (ours(entry)) {
                continue;
            }
            bytes += Files.size(entry);
            found.add("%6d KB  %s".formatted(Files.size(entry) / 1024, entry.getFileName()));
        }
        found.sort(String::compareTo);
        found.add("%6d KB".formatted(bytes / 1024));
        if (Boolean.getBoolean("tegula.jars.write")) {
            Files.write(JARS, found);
        }
        assertThat(found)
                .as(
                        "what others wrote; write the list with mvn test -pl tests/application,tests/starter-application -am -Dtegula.jars.write=true")
                .isEqualTo(Files.readAllLines(JARS));
    }

    @Test
    void classes_ofOurs_areCoreAdapterAndConverters() throws IOException {
        assertThat(classes()).hasSizeGreaterThan(200).allSatisfy(name -> assertThat(name)
                .doesNotStartWith("dev/tegula/operations/")
                .doesNotStartWith("dev/tegula/cli/")
                .doesNotStartWith("dev/tegula/demo/"));
    }

    @Test
    void classes_ofOurs_holdNoDdlToRun() throws IOException {
        List<String> known = new ArrayList<>(WORD_CURES);
        known.addAll(FOR_THE_SCHEMA_TOOL);
        assertThat(visit(ApplicationClassPathTest::ddl)).containsExactlyInAnyOrderElementsOf(known);
    }

    private static boolean ddl(Path type) {
        try {
            return DDL.matcher(Files.readString(type, ISO_8859_1)).find();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<String> classes() throws IOException {
        return visit(type -> true);
    }

    private static List<String> visit(Predicate<Path> wanted) throws IOException {
        List<String> names = new ArrayList<>();
        for (Path entry : classPath()) {
            if (!ours(entry)) {
                continue;
            }
            if (Files.isDirectory(entry)) {
                names.addAll(in(entry, wanted));
            } else {
                try (FileSystem jar = FileSystems.newFileSystem(entry)) {
                    names.addAll(in(jar.getPath("/"), wanted));
                }
            }
        }
        return names;
    }

    private static List<String> in(Path root, Predicate<Path> wanted) throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(file -> file.toString().endsWith(".class"))
                    .filter(wanted)
                    .map(file -> root.relativize(file).toString())
                    .toList();
        }
    }

    /** A module of this build is a folder of classes in {@code mvn test} and a jar in {@code mvn verify}. */
    private static boolean ours(Path entry) {
        return Files.isDirectory(entry) || entry.getFileName().toString().startsWith("tegula-");
    }

    private static List<Path> classPath() throws IOException {
        return Stream.of(
                        Files.readString(Path.of("target", "classpath")).strip().split(File.pathSeparator))
                .map(Path::of)
                .toList();
    }
}
