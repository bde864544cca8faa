package dev.tegula.cli.command;

import dev.tegula.cli.database.OpenDatabase;
import dev.tegula.cli.output.Console;
import dev.tegula.cli.output.Outcome;
import dev.tegula.cli.output.RotationPrinter;
import dev.tegula.cli.output.UsageException;
import dev.tegula.envelope.TenantId;
import dev.tegula.operations.rotation.Rotation;
import dev.tegula.operations.rotation.RotationPlan;
import dev.tegula.operations.rotation.RotationReport;
import dev.tegula.operations.rotation.RotationRequest;
import dev.tegula.operations.rotation.Step;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tegula rotate}. */
@Command(
        name = "rotate",
        description = {
            "Replace a field's data key and move every row to the new one while applications run.",
            "Steps: create, activate, wait, reencrypt, fence, verify, retire. Run again to resume, on more hosts to help."
                    + " Never destroys a key."
        })
final class RotateCommand extends TegulaCommand {

    @Parameters(
            paramLabel = "FIELD",
            arity = "1..*",
            converter = FieldNames.Pattern.class,
            description = "Field ids or globs.")
    List<String> fields = List.of();

    @Option(names = "--until", paramLabel = "STEP", description = "Stop after a step, for example reencrypt.")
    @Nullable
    Step until;

    @Option(
            names = "--tenant",
            paramLabel = "T",
            converter = TenantName.class,
            description = "Only one tenant, of fields with a key for each.")
    @Nullable
    String tenant;

    @Option(names = "--all-tenants", description = "All tenants, of fields with a key for each.")
    boolean allTenants;

    @Mixin
    final AcceptOptions accept = new AcceptOptions();

    @Mixin
    final SweepOptions sweep = new SweepOptions();

    @Mixin
    final AskedChange change = new AskedChange();

    @Override
    Outcome run(Invocation invocation) {
        invocation.about().fields(fields);
        try (OpenDatabase open = invocation.open(sweep.workers.count + 4)) {
            return invocation.watching(open, Columns.required(open, fields), () -> run(invocation, open));
        }
    }

    private Outcome run(Invocation invocation, OpenDatabase open) {
        Rotation rotation = open.rotation(sweep.settings(), KeyBackups.sink(open));
        RotationRequest request = request();
        RotationPlan plan = rotation.plan(request, change.dryRun);
        requireTenants(plan);
        PlanText text = new PlanText(open, plan);
        if (change.dryRun) {
            return text.dryRun();
        }
        plan.findings().stream().findFirst().ifPresent(finding -> {
            throw finding.failure();
        });
        Console console = invocation.console();
        console.say(text.layout());
        invocation.confirm(
                change,
                "Rotate " + String.join(", ", fields) + " in " + open.database().name() + "?");
        RotationPrinter printer = new RotationPrinter(console, InstantSource.system());
        RotationReport report;
        try {
            report = rotation.run(request, printer, invocation.interruption().control());
        } finally {
            printer.end();
        }
        return new RotationText(open, report).outcome();
    }

    private RotationRequest request() {
        return new RotationRequest(
                fields,
                Optional.ofNullable(tenant).map(TenantId::of),
                Optional.ofNullable(until),
                sweep.workers.count,
                accept.kinds());
    }

    /** One tenant or all of them is a decision, not a default. */
    private void requireTenants(RotationPlan plan) {
        boolean perTenant = plan.scopes().stream()
                .anyMatch(scope -> scope.scope().tenant().name().isPresent());
        if (perTenant && tenant == null && !allTenants) {
            throw new UsageException(
                    String.join(", ", fields) + " has a key for each tenant: say --tenant T, or --all-tenants.");
        }
    }
}
