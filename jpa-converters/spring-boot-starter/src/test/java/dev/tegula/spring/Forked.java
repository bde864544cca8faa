package dev.tegula.spring;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** An application in a process of its own, on the class path of this one. */
final class Forked {

    private Forked() {}

    static String classPath() {
        return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    }

    /**
     * What it printed, once it has ended well.
     *
     * @param options of the JVM
     * @param first what stands before the class path of this one
     * @param properties of the application
     */
    static String run(
            Path folder, List<String> options, List<Path> first, Class<?> main, Map<String, Object> properties)
            throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx384m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1"));
        command.addAll(options);
        StringBuilder path = new StringBuilder();
        first.forEach(entry -> path.append(entry).append(File.pathSeparator));
        command.addAll(List.of("-cp", path + classPath(), main.getName()));
        properties.forEach((name, value) -> command.add("--" + name + "=" + value));
        Path out = Files.createTempFile(folder, "out", ".txt");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(out.toFile())
                .start();
        try {
            boolean ended = process.waitFor(10, TimeUnit.MINUTES);
            String said = Files.readString(out);
            if (!ended || process.exitValue() != 0) {
                throw new AssertionError((ended ? "exit " + process.exitValue() : "did not end") + "\n" + said);
            }
            return said;
        } finally {
            process.destroyForcibly();
        }
    }
}
