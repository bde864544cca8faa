package dev.tegula.bench;

import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.runner.RunnerException;

/**
 * A value encrypted and decrypted by Tegula, by what a team writes by hand, and by other libraries: see {@link Peer}. As a
 * program it makes one table of them. Arguments: bytes of a value (64), rounds (1).
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class PeersBenchmark {

    /** Who. */
    @Param
    Peer peer = Peer.TEGULA;

    @Param("64")
    int sizeBytes = 64;

    private Peer.Cipher cipher = Benchmarks.none();
    private byte[] value = {};
    private byte[] sealed = {};

    /** Makes a key and one encrypted value. */
    @Setup
    public void setUp() throws GeneralSecurityException {
        value = new byte[sizeBytes];
        new SecureRandom().nextBytes(value);
        cipher = peer.open();
        sealed = cipher.encrypt(value);
    }

    /** Writing. */
    @Benchmark
    public byte[] encrypt() throws GeneralSecurityException {
        return cipher.encrypt(value);
    }

    /** Reading. */
    @Benchmark
    public byte[] decrypt() throws GeneralSecurityException {
        return cipher.decrypt(sealed);
    }

    /** Prints the table: two and a half minutes a round. */
    public static void main(String[] arguments) throws RunnerException, GeneralSecurityException {
        String bytes = arguments.length > 0 ? arguments[0] : "64";
        int rounds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 1;
        Forks forks = new Forks(PeersBenchmark.class, rounds);
        for (Peer peer : Peer.values()) {
            for (String method : new String[] {"encrypt", "decrypt"}) {
                forks.with(peer + " " + method, method, "peer", peer.name(), "sizeBytes", bytes);
            }
        }
        forks.run();
        System.out.printf(
                Locale.ROOT,
                "%n%-28s %12s %12s %10s   (a value of %s B, one key; %d rounds, medians)%n",
                "",
                "encrypt, ns",
                "decrypt, ns",
                "stored, B",
                bytes,
                rounds);
        for (Peer peer : Peer.values()) {
            byte[] stored = peer.open().encrypt(new byte[Integer.parseInt(bytes)]);
            System.out.printf(
                    Locale.ROOT,
                    "%-28s %,12.0f %,12.0f %10d%n",
                    peer.name().toLowerCase(Locale.ROOT).replace('_', ' '),
                    forks.median(peer + " encrypt"),
                    forks.median(peer + " decrypt"),
                    stored.length);
        }
    }
}
