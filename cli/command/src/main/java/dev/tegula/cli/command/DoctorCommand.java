package dev.tegula.cli.command;

import dev.tegula.cli.output.Exit;
import dev.tegula.cli.output.Layout;
import dev.tegula.cli.output.Outcome;
import dev.tegula.cli.output.Table;
import dev.tegula.cli.setup.Doctor;
import dev.tegula.config.Configuration;
import dev.tegula.operations.check.CheckList;
import dev.tegula.operations.check.CheckList.Finding;
import dev.tegula.operations.check.CheckList.State;
import dev.tegula.operations.document.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code tegula doctor}. */
@Command(
        name = "doctor",
        description = {
            "Check everything and say what to do: each KEK of each KMS, database, clock, tables, rights, registry, keys, catalogue.",
            "Every key is unwrapped once. Changes nothing. Each failure ends with the command that cures it."
        })
final class DoctorCommand extends TegulaCommand {

    @Option(names = "--kms", paramLabel = "NAME", description = "Only the KEKs of one KMS, and the keys under them.")
    String kms = "";

    @Option(names = "--no-database", description = "Only files and KMS.")
    boolean noDatabase;

    @Override
    Outcome run(Invocation invocation) {
        Configuration configuration = invocation.configuration();
        Doctor doctor = new Doctor(configuration);
        CheckList found = noDatabase ? doctor.withoutDatabase(kms) : doctor.all(common.database, kms);
        List<Object> checks = new ArrayList<>();
        Table table = Table.plain();
        for (Finding finding : found.findings()) {
            String state = finding.state().name().toLowerCase(Locale.ROOT);
            String cure = finding.cure();
            checks.add(Json.object(
                    "state",
                    state,
                    "check",
                    finding.what(),
                    "detail",
                    finding.detail(),
                    "cure",
                    cure.isEmpty() ? null : cure));
            table.row(finding.state() == State.FAILED ? "FAILED" : state, finding.what(), finding.detail());
            if (!cure.isEmpty()) {
                table.row("", "", (finding.state() == State.FAILED ? "cure: " : "to change it: ") + cure);
            }
        }
        long failed =
                found.findings().stream().filter(f -> f.state() == State.FAILED).count();
        long passed = found.findings().stream()
                .filter(f -> f.state() == State.OK || f.state() == State.NOTE)
                .count();
        Exit exit = exit(found);
        Layout lines = new Layout().add(table);
        lines.add(
                passed + " of " + checks.size() + " checks passed" + (failed == 0 ? "." : ", " + failed + " failed."));
        return new Outcome(
                exit,
                Json.object(
                        "schema",
                        "tegula/doctor/1",
                        "exit",
                        exit.code(),
                        "passed",
                        passed,
                        "failed",
                        failed,
                        "checks",
                        checks),
                lines);
    }

    /** That of the first failure. */
    private static Exit exit(CheckList found) {
        return found.findings().stream()
                .filter(finding -> finding.state() == State.FAILED)
                .findFirst()
                .map(finding -> finding.failure() == null ? Exit.CONFIGURATION : Exit.of(finding.failure()))
                .orElse(Exit.DONE);
    }
}
