package dev.tegula.spring;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Member;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** As the test of that name in {@code tests/integration}, which does not see the starter: its types, and its properties. */
class PublicApiTest {

    private static final Path RECORDED = Path.of(
            System.getProperty("maven.multiModuleProjectDirectory", "../.."),
            "tests/integration/api/tegula-spring-boot-starter.txt");

    @Test
    void starter_keepsWhatIsRecorded() throws Exception {
        List<String> found = new ArrayList<>();
        for (Class<?> type : types()) {
            Stream.of(type.getDeclaredConstructors(), type.getDeclaredMethods(), type.getDeclaredFields())
                    .flatMap(Arrays::stream)
                    .filter(member -> open(member.getModifiers()) && !member.isSynthetic())
                    .map(PublicApiTest::signature)
                    .sorted()
                    .forEach(member -> found.add(type.getName() + " " + member));
            found.add(type.getName());
        }
        MetadataTest.names().stream().sorted().forEach(name -> found.add("property " + name));
        if (Boolean.getBoolean("tegula.api.write")) {
            Files.write(RECORDED, found);
        }
        List<String> gone = new ArrayList<>(Files.readAllLines(RECORDED));
        assertThat(gone).as("recorded").isNotEmpty();
        gone.removeAll(found);
        assertThat(gone)
                .as(
                        "gone from the public API of tegula-spring-boot-starter, or changed; is it meant, say so in CHANGELOG.md and"
                                + " write the list with mvn test -pl jpa-converters/spring-boot-starter -am -Dtest=PublicApiTest"
                                + " -Dtegula.api.write=true")
                .isEmpty();
    }

    private static List<Class<?>> types() throws Exception {
        Path classes = Path.of(TegulaDataSource.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        try (Stream<Path> files = Files.walk(classes)) {
            return files.map(file -> classes.relativize(file).toString().replace('\\', '/'))
                    .filter(name -> name.startsWith("dev/tegula/") && name.endsWith(".class"))
                    .map(name ->
                            name.substring(0, name.length() - ".class".length()).replace('/', '.'))
                    .sorted()
                    .map(PublicApiTest::load)
                    .filter(PublicApiTest::shown)
                    .collect(Collectors.toList());
        }
    }

    private static Class<?> load(String name) {
        try {
            return Class.forName(name, false, PublicApiTest.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
    }

    private static boolean shown(Class<?> type) {
        return open(type.getModifiers())
                && !type.isAnonymousClass()
                && (type.getEnclosingClass() == null || shown(type.getEnclosingClass()));
    }

    private static boolean open(int modifiers) {
        return Modifier.isPublic(modifiers) || Modifier.isProtected(modifiers);
    }

    private static String signature(Member member) {
        String modifiers = Modifier.isStatic(member.getModifiers()) ? "static " : "";
        if (member instanceof Field field) {
            return modifiers + field.getType().getTypeName() + " " + field.getName();
        }
        String parameters = Arrays.stream(((Executable) member).getParameterTypes())
                .map(Class::getTypeName)
                .collect(Collectors.joining(", ", "(", ")"));
        return member instanceof Constructor<?>
                ? "<init>" + parameters
                : modifiers + ((Method) member).getReturnType().getTypeName() + " " + member.getName() + parameters;
    }
}
