package dev.tegula.bench;

import java.util.Locale;
import org.openjdk.jmh.runner.RunnerException;

/**
 * {@link FieldBenchmark} as ratios to raw JCE that hold on a machine that others use too. Arguments: bytes of a value (64), keys
 * in turn (4), rounds (4).
 */
public final class FieldRatios {

    private FieldRatios() {}

    /** Runs it; 40 seconds a round. */
    public static void main(String[] arguments) throws RunnerException {
        String bytes = arguments.length > 0 ? arguments[0] : "64";
        String keys = arguments.length > 1 ? arguments[1] : "4";
        int rounds = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 4;
        Forks forks = new Forks(FieldBenchmark.class, rounds);
        for (String way : new String[] {"jceEncrypt", "tegulaEncrypt", "jceDecrypt", "tegulaDecrypt"}) {
            forks.with(way, way, "sizeBytes", bytes, "keys", keys);
        }
        forks.run();
        System.out.printf(Locale.ROOT, "%n%s B, keys in turn: %s (%d rounds, medians)%n", bytes, keys, rounds);
        for (String what : new String[] {"Encrypt", "Decrypt"}) {
            System.out.printf(
                    Locale.ROOT,
                    "  %s   raw JCE %6.0f ns   Tegula %6.0f ns   %.2f x   %+,.0f B allocated%n",
                    what.toLowerCase(Locale.ROOT),
                    forks.median("jce" + what),
                    forks.median("tegula" + what),
                    forks.ratio("tegula" + what, "jce" + what),
                    forks.allocated("tegula" + what) - forks.allocated("jce" + what));
        }
    }
}
