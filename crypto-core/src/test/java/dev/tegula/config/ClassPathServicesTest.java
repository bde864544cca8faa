package dev.tegula.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Loaders as containers and development tools have them. */
class ClassPathServicesTest {

    private static final String SERVICE = ClassPathServicesTest.class.getName() + "$Service";
    private static final String OFFERED = ClassPathServicesTest.class.getName() + "$Offered";

    @TempDir
    Path folder;

    private final ClassLoader before = Thread.currentThread().getContextClassLoader();
    private URL[] places;

    /** What is offered. */
    public interface Service {}

    /** What offers it. */
    public static final class Offered implements Service {}

    /** Asks itself before its parent for some classes. */
    private static final class ParentLast extends URLClassLoader {

        private final Set<String> own;

        ParentLast(URL[] places, ClassLoader parent, Set<String> own) {
            super(places, parent);
            this.own = own;
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            synchronized (getClassLoadingLock(name)) {
                Class<?> loaded = findLoadedClass(name);
                return loaded != null ? loaded : own.contains(name) ? findClass(name) : super.loadClass(name, resolve);
            }
        }
    }

    @BeforeEach
    void offered() throws IOException {
        Path services = Files.createDirectories(folder.resolve("META-INF/services"));
        Files.writeString(services.resolve(SERVICE), OFFERED);
        places = new URL[] {
            folder.toUri().toURL(),
            ClassPathServicesTest.class.getProtectionDomain().getCodeSource().getLocation()
        };
    }

    @AfterEach
    void loaderOfThread() {
        Thread.currentThread().setContextClassLoader(before);
    }

    private ParentLast beside() {
        return new ParentLast(places, before, Set.of(SERVICE, OFFERED));
    }

    @Test
    void of_whatTwoLoadersLoadEachForItself_countsOnceAndIsThatOfTheThread() throws Exception {
        try (ParentLast beside = beside();
                ParentLast ofThread = new ParentLast(places, beside, Set.of(OFFERED))) {
            Thread.currentThread().setContextClassLoader(ofThread);

            List<?> found = ClassPathServices.of(beside.loadClass(SERVICE));

            assertThat(found).singleElement().satisfies(one -> assertThat(
                            one.getClass().getClassLoader())
                    .isSameAs(ofThread));
        }
    }

    @Test
    void of_whatTheLoaderOfTheThreadDoesNotSee_isFoundBesideTegula() throws Exception {
        try (ParentLast beside = beside()) {
            Thread.currentThread().setContextClassLoader(ClassLoader.getPlatformClassLoader());

            assertThat(ClassPathServices.of(beside.loadClass(SERVICE))).hasSize(1);

            Thread.currentThread().setContextClassLoader(null);
            assertThat(ClassPathServices.of(beside.loadClass(SERVICE))).hasSize(1);
        }
    }
}
