package dev.tegula.cli.command;

import static dev.tegula.cli.ClinicDatabase.expect;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.cli.ClinicDatabase;
import dev.tegula.cli.Transcript;
import dev.tegula.cli.output.Exit;
import dev.tegula.test.servers.Proofs;
import dev.tegula.test.servers.RandomFaults;
import dev.tegula.test.servers.SqlProxy;
import dev.tegula.test.servers.SqlProxy.Fault;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;

/**
 * Commands whose transactions get 40001 and whose connections are cut, at COMMIT too: each says that it is to be run again, is run again
 * until it ends, and what is there then is exact.
 */
@Tag("proof")
@Tag("long")
abstract class FaultsBeside {

    static final int PATIENTS = 30;
    private static final int MOST_RUNS = 400;

    @TempDir
    Path folder;

    ClinicDatabase clinic;
    RandomFaults faults;
    int rounds;
    private final List<String> ran = new ArrayList<>();
    private SqlProxy proxy;
    private int runs;
    private int most;
    private String mostOf = "";

    @BeforeEach
    void between() {
        clinic = ClinicDatabase.withPatients(folder, PATIENTS);
        rounds = Proofs.count(1, 50);
        faults = new RandomFaults(Proofs.seed());
        proxy = SqlProxy.to(ClinicDatabase.port(), faults);
        clinic.edit(":" + ClinicDatabase.port() + "/", ":" + proxy.port() + "/");
    }

    @AfterEach
    void sound() {
        try {
            faults.work(false);
            assertThat(clinic.read()).hasSize(PATIENTS);
            expect(0, clinic.run("audit", "verify"));
            expect(0, clinic.run("doctor"));
            assertThat(clinic.number(
                            "SELECT count(*) FROM (SELECT 1 FROM tegula_key WHERE state = 'ACTIVE' AND purpose <>"
                                    + " 'REGISTRY' GROUP BY tenant, field, purpose HAVING count(*) > 1) AS twice"))
                    .isZero();
            Proofs.done(
                    "%,d commands in %,d runs, %,d of `%s`; injected %,d + %,d times 40001, %,d + %,d cuts",
                    ran.size(),
                    runs,
                    most,
                    mostOf,
                    faults.injected(Fault.STATEMENT),
                    faults.injected(Fault.COMMIT),
                    faults.injected(Fault.CUT_BEFORE),
                    faults.injected(Fault.CUT_AFTER));
        } finally {
            proxy.close();
        }
    }

    final void shortLease() {
        clinic.edit("  keys:\n", "  keys:\n    write-lease: 500ms\n");
    }

    final String at(String file) {
        return folder.resolve(file).toString();
    }

    /** As an operator does who runs a command again that says so. */
    final Transcript ends(String... words) {
        return ends(Exit.DONE, words);
    }

    /** The same where it ends otherwise. */
    final Transcript ends(Exit end, String... words) {
        return piped("", end, words);
    }

    /** The same with something on stdin. */
    final Transcript piped(String stdin, Exit end, String... words) {
        ran.add(String.join(" ", words));
        // One that has many keys says of each that it was not done.
        Exit again = words.length > 1 && words[1].equals("rewrap") ? Exit.PARTIAL : Exit.UNAVAILABLE;
        String last = "";
        for (int run = 1; run <= MOST_RUNS; run++) {
            runs++;
            Transcript transcript = clinic.pipe(stdin, words);
            last = transcript.all();
            if (transcript.exit() == end.code()) {
                if (run > most) {
                    most = run;
                    mostOf = String.join(" ", words);
                }
                return transcript;
            }
            assertThat(transcript.exit())
                    .as("%s, run %s:\n%s", String.join(" ", words), run, transcript.all())
                    .isIn(Exit.UNAVAILABLE.code(), again.code());
        }
        throw new AssertionError(
                String.join(" ", words) + " did not end in " + MOST_RUNS + " runs; the last said:\n" + last);
    }

    /** Runs a command that reads, without faults. */
    final Transcript calm(String... words) {
        faults.work(false);
        try {
            return expect(0, clinic.run(words));
        } finally {
            faults.work(true);
        }
    }
}
