package dev.tegula.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;

/** Adapters of somebody else on the class path of a run: the jar that names them. */
public final class OwnAdapters {

    private OwnAdapters() {}

    /** A jar with the line of a service for each. */
    public static Path jar(Path folder, String... providers) {
        Path jar = folder.resolve("own-kms.jar");
        try (OutputStream file = Files.newOutputStream(jar);
                JarOutputStream entries = new JarOutputStream(file)) {
            entries.putNextEntry(new JarEntry("META-INF/services/dev.tegula.kms.KmsProvider"));
            entries.write(String.join("\n", providers).getBytes(StandardCharsets.UTF_8));
            entries.closeEntry();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return jar;
    }

    /** Runs with the jar on the class path of the thread, as the system's loader has it in a process. */
    public static <T> T with(Path jar, Supplier<T> run) {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        try (URLClassLoader loader = new URLClassLoader(new URL[] {jar.toUri().toURL()}, before)) {
            thread.setContextClassLoader(loader);
            return run.get();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            thread.setContextClassLoader(before);
        }
    }
}
