package dev.tegula.architecture;

import static dev.tegula.architecture.Modules.CLASSES;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaType;
import dev.tegula.cli.command.CommandTree;
import dev.tegula.cli.output.Console;
import dev.tegula.cli.output.Exit;
import dev.tegula.cli.output.Terminal;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Reader;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/**
 * Nothing that the published modules show goes away unseen: the lists in {@code api/} are what the last release promises.
 * {@code -Dtegula.api.write=true} writes them again, for a release or with a change that is meant. What is added breaks nobody.
 */
final class PublicApiTest {

    private static final Path FOLDER = Path.of("api");

    @Test
    void api_ofEachModule_keepsWhatIsRecorded() throws IOException {
        Map<String, DescribedPredicate<JavaClass>> modules = new TreeMap<>();
        modules.put("tegula-core", Modules.core());
        modules.put("tegula-kms-aws", Modules.in(Modules.ADAPTERS.get(0)));
        modules.put("tegula-kms-tink", Modules.in(Modules.ADAPTERS.get(1)));
        modules.put("tegula-kms-vault", Modules.in(Modules.ADAPTERS.get(2)));
        modules.put("tegula-jpa", Modules.in(Modules.JPA));
        modules.put("tegula-hibernate", Modules.in(Modules.HIBERNATE));
        modules.put("tegula-operations", Modules.in(Modules.OPERATIONS));
        modules.put("tegula-test", testSupport());
        for (Map.Entry<String, DescribedPredicate<JavaClass>> module : modules.entrySet()) {
            assertKept(module.getKey(), api(module.getValue()));
        }
    }

    /** Scripts call the command line by the names of its commands and options, and decide by its exit codes. */
    @Test
    void commandLine_keepsWhatIsRecorded() throws IOException {
        List<String> found = new ArrayList<>();
        for (Exit exit : Exit.values()) {
            found.add("exit " + exit.code() + " " + exit.name());
        }
        PrintWriter nowhere = new PrintWriter(Writer.nullWriter());
        CommandLine root =
                CommandTree.of(new Console(Reader.nullReader(), nowhere, nowhere, Terminal.none()), Map.of());
        commands(root).sorted().forEach(found::add);
        assertKept("tegula-cli", found);
    }

    private static Stream<String> commands(CommandLine command) {
        CommandSpec spec = command.getCommandSpec();
        String name = spec.qualifiedName();
        Stream<String> options = spec.options().stream().flatMap(option -> Arrays.stream(option.names())
                .map(text -> name + " " + text + (option.arity().max() == 0 ? "" : " " + option.paramLabel())));
        Stream<String> parameters = spec.positionalParameters().stream()
                .map(parameter -> name + " " + parameter.paramLabel() + " " + parameter.arity());
        return Stream.of(
                        Stream.of(name),
                        options,
                        parameters,
                        command.getSubcommands().values().stream().flatMap(PublicApiTest::commands))
                .flatMap(lines -> lines);
    }

    private static void assertKept(String module, List<String> found) throws IOException {
        Path recorded = FOLDER.resolve(module + ".txt");
        if (Boolean.getBoolean("tegula.api.write")) {
            Files.createDirectories(FOLDER);
            Files.write(recorded, found);
        }
        List<String> gone = new ArrayList<>(Files.readAllLines(recorded));
        assertThat(gone).as("recorded of %s", module).isNotEmpty();
        gone.removeAll(found);
        assertThat(gone)
                .as(
                        "gone from the public API of %s, or changed; is it meant, say so in CHANGELOG.md and write the lists with"
                                + " mvn test -pl tests/integration -am -Dtest=PublicApiTest -Dtegula.api.write=true",
                        module)
                .isEmpty();
    }

    private static DescribedPredicate<JavaClass> testSupport() {
        return Modules.in(Modules.TEST).and(DescribedPredicate.not(Modules.in("dev.tegula.test.servers")));
    }

    /** By their class files: what one of them needs may be missing here. */
    private static List<String> api(DescribedPredicate<JavaClass> module) {
        List<String> lines = new ArrayList<>();
        CLASSES.stream()
                .filter(module)
                .filter(type -> !type.getSimpleName().equals("package-info"))
                .filter(PublicApiTest::shown)
                .sorted(Comparator.comparing(JavaClass::getName))
                .forEach(type -> members(type).sorted().forEach(member -> lines.add(type.getName() + " " + member)));
        return lines;
    }

    /** Public, and so is all around it. */
    private static boolean shown(JavaClass type) {
        return open(type.getModifiers())
                && !type.isAnonymousClass()
                && type.getEnclosingClass().map(PublicApiTest::shown).orElse(true);
    }

    private static boolean open(Set<JavaModifier> modifiers) {
        return (modifiers.contains(JavaModifier.PUBLIC) || modifiers.contains(JavaModifier.PROTECTED))
                && !modifiers.contains(JavaModifier.SYNTHETIC);
    }

    private static Stream<String> members(JavaClass type) {
        Stream<String> above = Stream.concat(type.getRawSuperclass().stream(), type.getRawInterfaces().stream())
                .map(other -> "is " + other.getName());
        Stream<String> own = type.getMembers().stream()
                .filter(member -> open(member.getModifiers()))
                .map(PublicApiTest::signature);
        return Stream.concat(above, own);
    }

    private static String signature(JavaMember member) {
        String modifiers = member.getModifiers().contains(JavaModifier.STATIC) ? "static " : "";
        if (member instanceof JavaField field) {
            return modifiers + field.getType().getName() + " " + field.getName();
        }
        JavaCodeUnit code = (JavaCodeUnit) member;
        return modifiers + code.getReturnType().getName() + " " + code.getName()
                + code.getParameterTypes().stream().map(JavaType::getName).collect(joining(", ", "(", ")"));
    }
}
