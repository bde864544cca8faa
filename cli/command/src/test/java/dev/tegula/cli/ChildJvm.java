package dev.tegula.cli;

import dev.tegula.test.servers.RememberedStretching;
import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The program in a process of its own, which starts as quickly as one can. */
public final class ChildJvm {

    /** The program, with {@link RememberedStretching}. */
    public static final class Program {

        private Program() {}

        public static void main(String[] arguments) {
            RememberedStretching.install();
            Main.main(arguments);
        }
    }

    private ChildJvm() {}

    /** The words that start a command. */
    public static List<String> tegula(String... arguments) {
        return tegulaBeside(List.of(), arguments);
    }

    /** The same with more jars on the class path. */
    public static List<String> tegulaBeside(List<Path> jars, String... arguments) {
        List<String> words = java(jars);
        words.add(Program.class.getName());
        words.addAll(List.of(arguments));
        return words;
    }

    /** The words before the class. */
    static List<String> java(List<Path> jars) {
        StringBuilder path = new StringBuilder(System.getProperty("java.class.path"));
        jars.forEach(jar -> path.append(File.pathSeparatorChar).append(jar));
        return new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                RememberedStretching.option(),
                "-cp",
                path.toString()));
    }
}
