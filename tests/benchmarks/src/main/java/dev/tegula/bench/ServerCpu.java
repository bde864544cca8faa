package dev.tegula.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.Stream;

/**
 * The processor time of a PostgreSQL on this machine: all of its processes, also those that have ended, by {@code /proc}. Of
 * other systems than Linux nothing is known.
 */
final class ServerCpu {

    /** What Linux counts in, on every architecture that Java runs on. */
    private static final double TICKS_A_SECOND = 100;

    /** Places in {@code /proc/PID/stat} behind the name: state is 0. */
    private static final int PARENT = 1;

    private static final int OWN = 11;
    private static final int ENDED_CHILDREN = 13;

    private final long postmaster;

    /** Of the server that a backend with this process id belongs to. */
    ServerCpu(long backend) {
        this.postmaster = stat(backend).isEmpty() ? -1 : number(stat(backend), PARENT);
    }

    /** Seconds since the server was started. */
    OptionalDouble seconds() {
        if (postmaster < 0) {
            return OptionalDouble.empty();
        }
        List<String> own = stat(postmaster);
        double ticks = both(own, OWN) + both(own, ENDED_CHILDREN);
        try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
            for (Path process : processes.toList()) {
                String name = process.getFileName().toString();
                if (name.chars().allMatch(Character::isDigit)) {
                    List<String> stat = stat(Long.parseLong(name));
                    if (!stat.isEmpty() && number(stat, PARENT) == postmaster) {
                        ticks += both(stat, OWN);
                    }
                }
            }
        } catch (IOException e) {
            return OptionalDouble.empty();
        }
        return OptionalDouble.of(ticks / TICKS_A_SECOND);
    }

    /** User and system time stand side by side. */
    private static double both(List<String> stat, int at) {
        return number(stat, at) + number(stat, at + 1);
    }

    private static long number(List<String> stat, int at) {
        return Long.parseLong(stat.get(at));
    }

    /** The fields behind the name; none of a process that is not there. */
    private static List<String> stat(long pid) {
        try {
            String line = Files.readString(Path.of("/proc/" + pid + "/stat"));
            return List.of(line.substring(line.lastIndexOf(')') + 2).strip().split(" "));
        } catch (IOException e) {
            return List.of();
        }
    }
}
