package dev.tegula.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The script {@code tegula} in a folder like that of a release; its Java is ours with the classes of the tests. */
public final class Launcher {

    private final Path folder;
    private final Path script;
    private final Path javaHome;

    private Launcher(Path folder, Path home) {
        this.folder = folder;
        this.script = home.resolve("bin/tegula");
        this.javaHome = home.resolve("java");
    }

    /** How a process ended. */
    public record Ran(long pid, int code, String out, String err) {}

    public static Launcher install(Path folder) throws IOException {
        Path home = Files.createDirectories(folder.resolve("a place"));
        Launcher launcher = new Launcher(folder, home);
        Files.createDirectories(home.resolve("bin"));
        Files.createFile(Files.createDirectories(home.resolve("lib")).resolve("tegula.jar"));
        Files.copy(Path.of(System.getProperty("basedir", "."), "..", "..", "tegula"), launcher.script);
        Path java = Files.createDirectories(launcher.javaHome.resolve("bin")).resolve("java");
        Files.writeString(
                java, """
                #!/bin/sh
                case $* in
                    *-XshowSettings*) echo '    java.specification.version = 17' >&2; exit 0 ;;
                    *ClassDataTraining* | *-Xshare:dump*) exit 1 ;;
                esac
                definitions=''
                while [ "$1" != dev.tegula.cli.Main ]; do
                    case $1 in -Dtegula.*) definitions="$definitions $1" ;; esac
                    shift
                done
                shift
                exec '%s' $definitions '%s' "$@"
                """.formatted(String.join("' '", ChildJvm.java(List.of())), ChildJvm.Program.class.getName()));
        for (Path each : List.of(launcher.script, java)) {
            Files.setPosixFilePermissions(each, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        return launcher;
    }

    public Path script() {
        return script;
    }

    /** The words of {@code tegula run}. */
    public List<String> run(String... arguments) {
        List<String> command = new ArrayList<>(List.of(script.toString(), "run"));
        command.addAll(List.of(arguments));
        return command;
    }

    public Process begin(Path configuration, Map<String, String> environment, List<String> command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
        builder.environment().put("TEGULA_CONFIG", configuration.toString());
        builder.environment().put("JAVA_HOME", javaHome.toString());
        builder.environment().put("XDG_CACHE_HOME", folder.resolve("cache").toString());
        builder.environment().putAll(environment);
        return builder.redirectError(folder.resolve("stderr").toFile()).start();
    }

    public Ran end(Process process) throws Exception {
        process.getOutputStream().close();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
        return new Ran(process.pid(), process.exitValue(), out, Files.readString(folder.resolve("stderr")));
    }
}
