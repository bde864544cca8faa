package dev.tegula.test.servers;

/**
 * How long a proof takes. A proof repeats something at random places: a few times in the default build, to see that its code works,
 * and often with {@code mvn verify -Pproofs}, to be believed. Its seed is printed and can be given: what the threads and the system
 * do in between it does not repeat.
 */
public final class Proofs {

    private Proofs() {}

    /** The count of the default build, or that of the profile; {@code -Dtegula.test.proofs=0.1} takes a part of the latter. */
    public static int count(int inEachBuild, int inTheProfile) {
        double part = Double.parseDouble(System.getProperty("tegula.test.proofs", "0"));
        return Math.max(inEachBuild, (int) (inTheProfile * part));
    }

    /** A seed of {@code -Dtegula.seed}, or any; prints it. */
    public static long seed() {
        long seed = Long.getLong("tegula.seed", System.nanoTime());
        System.out.println("-Dtegula.seed=" + seed);
        return seed;
    }

    /** Prints what was done, for whoever reads that a proof passed and asks what it proved. */
    public static void done(String what, Object... numbers) {
        System.out.printf("Proof: " + what + "%n", numbers);
    }
}
