package dev.tegula.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.cli.command.CommandTree;
import dev.tegula.cli.output.Console;
import dev.tegula.cli.output.Terminal;
import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Reader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** {@code tegula-VERSION.tar.gz} of {@code mvn package}, in a folder whose name has a space. */
@DisabledOnOs(OS.WINDOWS)
@Tag("long")
class DistributionTest {

    @TempDir
    static Path folder;

    private static Path home;

    @BeforeAll
    static void unpack() throws Exception {
        Path target = Path.of(System.getProperty("maven.multiModuleProjectDirectory", "../.."), "cli/command/target")
                .toAbsolutePath()
                .normalize();
        List<Path> archives = archives(target);
        Assumptions.assumeFalse(
                archives.isEmpty() && !"true".equals(System.getenv("CI")),
                "no tegula-VERSION.tar.gz in " + target + "; mvn package makes it");
        assertThat(archives).as("archives in %s", target).isNotEmpty();
        Path place = Files.createDirectories(folder.resolve("a place"));
        Ran tar = run(place, Map.of(), "tar", "-xzf", archives.get(0).toString());
        assertThat(tar.code()).as(tar.err()).isZero();
        try (Stream<Path> unpacked = Files.list(place)) {
            home = unpacked.toList().get(0);
        }
    }

    @Test
    void tegula_inAnotherFolder_runs() throws Exception {
        Ran ran = tegula(folder, Map.of(), home.resolve("bin/tegula"), "--version");
        assertThat(ran.err()).isEmpty();
        assertThat(ran.out()).isEqualTo("tegula " + version() + "\n");
        assertThat(ran.code()).isZero();
    }

    @Test
    void tegula_bySymbolicLinks_runs() throws Exception {
        Path near = Files.createSymbolicLink(home.resolve("bin/t"), Path.of("tegula"));
        Path far = Files.createSymbolicLink(folder.resolve("link"), near);
        Ran ran = tegula(folder, Map.of(), far, "inspect", "--json", "01" + "00".repeat(99));
        assertThat(ran.out()).contains("\"schema\"");
        assertThat(ran.code()).isZero();
    }

    /** A cache that cannot be written costs time only; nothing is written beside the jar. */
    @Test
    void tegula_withoutAHome_runs() throws Exception {
        List<Path> before = all();
        Ran ran = tegula(folder, Map.of("XDG_CACHE_HOME", "/dev/null"), home.resolve("bin/tegula"), "--help");
        assertThat(ran.out()).contains("rotate").contains("doctor");
        assertThat(ran.code()).isZero();
        assertThat(all()).isEqualTo(before);
    }

    @Test
    void tegula_underAnOldJava_saysWhichIsNeeded() throws Exception {
        Path bin = Files.createDirectories(folder.resolve("old"));
        Path java =
                Files.writeString(bin.resolve("java"), "#!/bin/sh\necho '    java.specification.version = 11' >&2\n");
        Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxr-xr-x"));
        Ran ran = tegula(
                folder, Map.of("PATH", bin + ":" + System.getenv("PATH")), home.resolve("bin/tegula"), "--version");
        assertThat(ran.err()).contains(java + " is too old; a JDK 17 or newer is needed");
        assertThat(ran.code()).isEqualTo(7);
    }

    @Test
    void demo_whichIsNotInIt_isNamed() throws Exception {
        Ran ran = tegula(folder, Map.of(), home.resolve("bin/tegula"), "demo");
        assertThat(ran.err()).contains("The demo is in a jar of its own");
        assertThat(ran.code()).isNotZero();
    }

    @Test
    void files_ofTheDistribution_areForEverybody() throws Exception {
        assertThat(home.resolve("LICENSE")).isRegularFile();
        assertThat(home.resolve("NOTICE")).isRegularFile();
        for (Path file : all()) {
            boolean runs = Files.isDirectory(file) || file.endsWith("bin/tegula");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .as("%s", file)
                    .isEqualTo(runs ? "rwxr-xr-x" : "rw-r--r--");
        }
    }

    @Test
    void pages_ofMan_areThereForEachCommand() throws Exception {
        PrintWriter nowhere = new PrintWriter(Writer.nullWriter());
        CommandLine root =
                CommandTree.of(new Console(Reader.nullReader(), nowhere, nowhere, Terminal.none()), Map.of());
        List<String> expected = names(root).map(name -> name + ".1").sorted().toList();
        Path pages = home.resolve("share/man/man1");
        try (Stream<Path> found = Files.list(pages)) {
            assertThat(found.map(page -> page.getFileName().toString()).sorted())
                    .containsExactlyElementsOf(expected);
        }
        assertThat(Files.readString(pages.resolve("tegula-keys-destroy.1")))
                .startsWith(".TH \"TEGULA\\-KEYS\\-DESTROY\" 1 \"\" \"Tegula " + version() + "\"")
                .contains("\\fB\\-\\-version\\fR");
        if (run(folder, Map.of(), "sh", "-c", "command -v groff").code() == 0) {
            Ran groff = run(pages, Map.of(), "sh", "-c", "groff -man -ww -Tutf8 -z *.1");
            assertThat(groff.err()).isEmpty();
            assertThat(groff.code()).isZero();
        }
    }

    @Test
    void completion_ofBash_knowsTheCommands() throws Exception {
        Path script = home.resolve("share/bash-completion/completions/tegula");
        Ran ran = run(
                folder,
                Map.of(),
                "bash",
                "-c",
                "source \"$0\" && complete -p tegula && COMP_WORDS=(tegula rot) COMP_CWORD=1 && _complete_tegula"
                        + " && echo \"${COMPREPLY[@]}\"",
                script.toString());
        // compopt says on stderr that nobody pressed Tab.
        assertThat(ran.out()).contains("_complete_tegula").endsWith("rotate\n");
    }

    /** In a real zsh at a pseudo-terminal: what was typed, Tab, and then what would be run. */
    @Test
    void completion_ofZsh_completesWhatIsTyped() throws Exception {
        boolean there = run(folder, Map.of(), "sh", "-c", "command -v zsh").code() == 0;
        Assumptions.assumeTrue(there || "true".equals(System.getenv("CI")), "no zsh on the PATH");
        Path session = Files.writeString(folder.resolve("session.zsh"), """
                zmodload zsh/zpty
                zpty shell 'env TERM=dumb zsh -f -i'
                zpty -w shell "fpath=(${(q)1} \\$fpath); autoload -U compinit; compinit -u -D; echo n'e'xt"
                zpty -r -m shell out '*next*'
                for typed in "${@:2}"; do
                  zpty -w -n shell "$typed"$'\\t\\C-aecho got:\\C-e; echo n\\'e\\'xt\\n'
                  zpty -r -m shell out '*next*'
                  print -r -- "$out"
                done
                zpty -d shell
                """);
        Ran ran = run(
                folder,
                Map.of(),
                "zsh",
                "-f",
                session.toString(),
                home.resolve("share/zsh/site-functions").toString(),
                "tegula keys rew",
                "tegula rotate patient.ssn --dry",
                "tegula keys list --state ACT");
        assertThat(ran.out().lines().filter(line -> line.startsWith("got:")).map(String::strip))
                .as(ran.out())
                .containsExactly(
                        "got:tegula keys rewrap",
                        "got:tegula rotate patient.ssn --dry-run",
                        "got:tegula keys list --state ACTIVE");
        assertThat(ran.out() + ran.err()).doesNotContain("not found", "parse error");
    }

    /** In the jar that carries them: each text of Tegula and of others, and nothing that says more of us than our own. */
    @Test
    void notices_ofWhatIsCarried_areInTheJar() throws Exception {
        try (JarFile carried = new JarFile(home.resolve("lib/tegula.jar").toFile())) {
            String notices = text(carried, "META-INF/NOTICE") + text(carried, "META-INF/NOTICE.txt");
            String licences = text(carried, "META-INF/LICENSE") + text(carried, "META-INF/LICENSE.txt");
            assertThat(notices)
                    .startsWith(Files.readString(home.resolve("NOTICE")))
                    .containsOnlyOnce("authors of Tegula");
            int others = 0;
            for (String entry : List.of(System.getProperty("java.class.path").split(File.pathSeparator, -1))) {
                if (!entry.endsWith(".jar") || entry.contains("tegula")) {
                    continue;
                }
                try (JarFile library = new JarFile(entry)) {
                    if (isIn(library, carried)) {
                        others++;
                        assertThat(notices)
                                .as(entry)
                                .contains(text(library, "META-INF/NOTICE"), text(library, "META-INF/NOTICE.txt"));
                        assertThat(licences)
                                .as(entry)
                                .contains(text(library, "META-INF/LICENSE"), text(library, "META-INF/LICENSE.txt"));
                    }
                }
            }
            assertThat(others).as("libraries in the jar").isGreaterThan(10);
        }
    }

    private static boolean isIn(JarFile library, JarFile all) {
        return library.stream()
                .map(ZipEntry::getName)
                .filter(name ->
                        name.endsWith(".class") && !name.startsWith("META-INF/") && !name.equals("module-info.class"))
                .findFirst()
                .filter(name -> all.getEntry(name) != null)
                .isPresent();
    }

    private static String text(JarFile jar, String name) throws IOException {
        ZipEntry entry = jar.getEntry(name);
        return entry == null ? "" : new String(jar.getInputStream(entry).readAllBytes(), StandardCharsets.UTF_8);
    }

    private static Stream<String> names(CommandLine command) {
        return Stream.concat(
                Stream.of(command.getCommandSpec().qualifiedName("-")),
                command.getSubcommands().values().stream().flatMap(DistributionTest::names));
    }

    /** The newest first: a folder that was not cleaned has those of other versions. */
    private static List<Path> archives(Path target) throws IOException {
        if (!Files.isDirectory(target)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(target)) {
            return files.filter(file -> file.getFileName().toString().matches("tegula-.*\\.tar\\.gz"))
                    .sorted(Comparator.comparing(DistributionTest::modified).reversed())
                    .toList();
        }
    }

    private static long modified(Path file) {
        return file.toFile().lastModified();
    }

    private static String version() {
        return home.getFileName().toString().substring("tegula-".length());
    }

    private static List<Path> all() throws IOException {
        try (Stream<Path> files = Files.walk(home)) {
            return files.filter(file -> !Files.isSymbolicLink(file)).sorted().toList();
        }
    }

    /** With its own cache, and without what this machine sets. */
    private static Ran tegula(Path from, Map<String, String> environment, Path launcher, String... arguments)
            throws Exception {
        List<String> command = new ArrayList<>(List.of(launcher.toString()));
        command.addAll(List.of(arguments));
        return run(from, environment, command.toArray(String[]::new));
    }

    private static Ran run(Path from, Map<String, String> environment, String... command) throws Exception {
        Path out = Files.createTempFile(folder, "out", "");
        Path err = Files.createTempFile(folder, "err", "");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(from.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("TEGULA_"));
        builder.environment().remove("JAVA_HOME");
        builder.environment().put("XDG_CACHE_HOME", folder.resolve("cache").toString());
        builder.environment()
                .put("PATH", Path.of(System.getProperty("java.home"), "bin") + ":" + System.getenv("PATH"));
        builder.environment().putAll(environment);
        Process process = builder.start();
        process.getOutputStream().close();
        assertThat(process.waitFor(5, TimeUnit.MINUTES))
                .as("%s ended", List.of(command))
                .isTrue();
        return new Ran(process.exitValue(), Files.readString(out), Files.readString(err, StandardCharsets.UTF_8));
    }

    private record Ran(int code, String out, String err) {}
}
