package dev.tegula.demo;

import dev.tegula.cli.database.OpenDatabase;
import dev.tegula.cli.output.Changes;
import dev.tegula.cli.output.Console;
import dev.tegula.cli.output.Outcome;
import dev.tegula.cli.output.RotationPrinter;
import dev.tegula.cli.output.Table;
import dev.tegula.config.Configuration;
import dev.tegula.failure.IntegrityException;
import dev.tegula.failure.RefusedException;
import dev.tegula.operations.document.Json;
import dev.tegula.operations.reencrypt.RunControl;
import dev.tegula.operations.reencrypt.SweepSettings;
import dev.tegula.operations.rotation.Rotation;
import dev.tegula.operations.rotation.RotationOutcome;
import dev.tegula.operations.rotation.RotationReport;
import dev.tegula.operations.rotation.RotationRequest;
import dev.tegula.registry.KeyRow;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * The story, chapter by chapter. Whatever it does to keys and rows it does with the services behind the commands it names;
 * it has no short cuts.
 */
final class Demo {

    private static final String FIELDS = "patient.*";
    private static final int WRITERS = 4;
    private static final int WORKERS = 2;
    private static final double RATE = 3_000;

    private final Console console;
    private final RunControl control;
    private final Map<String, String> environment;
    private final Narrator narrator;
    private final int patients;
    private final boolean stay;

    /**
     * A tour.
     *
     * @param patients how many patients the clinic has at first
     * @param stay whether the server is kept until somebody presses Enter
     */
    Demo(Console console, Map<String, String> environment, RunControl control, int patients, boolean stay) {
        this.console = console;
        this.control = control;
        this.environment = environment;
        this.narrator = new Narrator(console);
        this.patients = patients;
        this.stay = stay;
    }

    /** Runs it. */
    Outcome run() {
        Instant start = Instant.now();
        narrator.tell(
                "A tour of Tegula with a small clinic: real PostgreSQL, real keys, invented patients.",
                "It shows what is stored, and how a key is replaced while the application keeps writing.");
        narrator.chapter("A database, a keyset, Tegula's tables");
        narrator.tell("Starting an embedded PostgreSQL (its files are unpacked once, below ~/.cache/tegula) …");
        try (DemoFolder folder = DemoFolder.open(environment);
                DemoServer server = DemoServer.start(folder.server())) {
            DemoSetup setup = new DemoSetup(narrator, server.url(), folder.run());
            Configuration configuration = setup.initialise();
            try (OpenDatabase open = OpenDatabase.open(configuration, "", WORKERS + 3, new Changes())) {
                setup.keys(open);
                Ledger ledger = new Ledger();
                RotationReport report;
                Writers writers;
                byte[] kept;
                UUID somebody;
                try (Clinic clinic = Clinic.start(configuration, "clinic-app")) {
                    somebody = setup.admit(clinic, ledger, patients);
                    DemoSetup.check(open);
                    showRow(open, clinic, somebody);
                    kept = StoredRow.ssn(open.transactions(), somebody);
                    refuse(open);
                    narrator.chapter("New keys, while the application writes");
                    writers = Writers.start(clinic, ledger, WRITERS);
                    try {
                        report = rotate(open, setup);
                    } finally {
                        writers.close();
                    }
                }
                if (report.outcome() != RotationOutcome.DONE) {
                    throw new RefusedException(
                            "demo-stopped",
                            "The rotation was " + report.outcome() + ": " + String.join(" ", report.remarks()));
                }
                narrator.good(Table.number(writers.commits()) + " transactions were acknowledged meanwhile, none failed"
                        + (writers.fenced() == 0
                                ? "."
                                : "; " + writers.fenced()
                                        + " wrote under the old key too late, were refused by the fence and went"
                                        + " through on the second try."));
                destroy(open, report);
                long lost = new DemoProof(narrator, configuration, open).run(ledger, oldKeys(report), kept);
                end(server, configuration, start);
                return Outcome.done(Json.object(
                        "schema", "tegula/demo/1",
                        "patients", ledger.size(),
                        "transactionsWhileRotating", writers.commits(),
                        "fencedWrites", writers.fenced(),
                        "valuesMoved", report.moved(),
                        "acknowledgedWritesLost", lost,
                        "keysDestroyed", oldKeys(report).size(),
                        "seconds", Duration.between(start, Instant.now()).toSeconds()));
            }
        }
    }

    private void showRow(OpenDatabase open, Clinic clinic, UUID somebody) {
        narrator.chapter("One row, seen twice");
        narrator.tell("As the application sees it:");
        Person person =
                clinic.transaction(em -> em.find(Patient.class, somebody).read());
        narrator.seen(
                "name     " + person.name(),
                "ssn      " + person.ssn(),
                "born     " + person.born(),
                "address  " + person.address());
        narrator.tell("As the database holds it, and every dump, replica and backup:");
        narrator.seen(StoredRow.lines(open.transactions(), somebody));
        narrator.tell("01 is the suite, 00 the mode, then the id of the key. 75 bytes more than the value.");
    }

    private void refuse(OpenDatabase open) {
        KeyRow key = open.lifecycle().list().stream()
                .filter(row -> row.scope().field().value().equals("patient.ssn"))
                .findFirst()
                .orElseThrow();
        narrator.tell("", "Destroying that key now would lose every value. Guards ask the database, not you:");
        narrator.command("tegula keys destroy patient.ssn --version 1");
        try {
            open.guardedLifecycle().destroy(key.keyId(), open.retention());
            throw new IntegrityException("A key in use was destroyed; the guard did not hold.");
        } catch (RefusedException refused) {
            narrator.seen("refused: " + refused.getMessage());
        }
    }

    private RotationReport rotate(OpenDatabase open, DemoSetup setup) {
        narrator.tell(
                WRITERS
                        + " threads now change patients and admit new ones, as fast as they can. Each notes what was acknowledged.",
                "Meanwhile every value moves to a new key, at " + Table.number((long) RATE)
                        + " values/s so that you can watch:");
        narrator.command("tegula rotate '" + FIELDS + "' --max-rate " + (long) RATE);
        Rotation rotation = open.rotation(SweepSettings.standard().withMaxPerSecond(RATE), setup.backup(open));
        RotationPrinter printer = new RotationPrinter(console, InstantSource.system());
        try {
            return rotation.run(RotationRequest.of(FIELDS).withWorkers(WORKERS), printer, control);
        } finally {
            printer.end();
        }
    }

    private void destroy(OpenDatabase open, RotationReport report) {
        narrator.chapter("The old keys go");
        narrator.tell(
                "A retired key still opens values, for backups and for second thoughts. Destroying it waits for the longest of",
                "backups, changefeeds and caches; this demo declares none of the first two and caches for two seconds.");
        for (KeyRow key : oldKeys(report)) {
            Instant retired = key.times().retired();
            if (retired != null) {
                Duration wait = Duration.between(Instant.now(), open.retention().destroyableFrom(retired));
                control.sleep(Math.max(0, wait.toMillis() + 50));
            }
            narrator.command("tegula keys destroy " + key.scope().field() + " --version " + key.version());
            open.guardedLifecycle().destroy(key.keyId(), open.retention());
        }
        narrator.good(oldKeys(report).size() + " keys are destroyed.");
    }

    private static List<KeyRow> oldKeys(RotationReport report) {
        return report.scopes().stream().flatMap(scope -> scope.from().stream()).toList();
    }

    private void end(DemoServer server, Configuration configuration, Instant start) {
        narrator.tell(
                "",
                "Done in " + Duration.between(start, Instant.now()).toSeconds() + " s. With your own application:"
                        + " README.md; a rotation in production: docs/runbook-rotation.md.");
        if (stay) {
            narrator.tell("", "The server runs until you press Enter. In another terminal:");
            narrator.command(server.psql());
            narrator.command("tegula status --config " + configuration.source());
            console.readLine();
        }
    }
}
