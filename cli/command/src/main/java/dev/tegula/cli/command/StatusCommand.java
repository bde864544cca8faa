package dev.tegula.cli.command;

import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.cli.database.OpenDatabase;
import dev.tegula.cli.output.Console;
import dev.tegula.cli.output.Exit;
import dev.tegula.cli.output.Outcome;
import dev.tegula.cli.output.ProgressPrinter;
import dev.tegula.cli.output.UsageException;
import dev.tegula.operations.reencrypt.RunControl;
import dev.tegula.operations.reencrypt.SweepSettings;
import dev.tegula.operations.rotation.Survey;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Predicate;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tegula status}. */
@Command(
        name = "status",
        description = {
            "Show for each field and column how many values need which key, and the next step.",
            "Tables of up to 200,000 rows are counted. A larger one shows its last census; without one, an estimate by a sample,"
                    + " with its error. No key is retired or destroyed on these numbers."
        })
final class StatusCommand extends TegulaCommand {

    private static final long PAUSE_MILLIS = 2_000;
    private static final Duration SAMPLES_LAST = Duration.ofMinutes(1);

    @Parameters(
            paramLabel = "FIELD",
            arity = "0..*",
            converter = FieldNames.Pattern.class,
            description = "Field ids or globs; all without.")
    List<String> fields = List.of();

    @Option(
            names = "--exact",
            description =
                    "Count now: a large table page by page by its key, all its columns at once, in short transactions. Run"
                            + " again to resume.")
    boolean exact;

    @Option(names = "--sample", description = "Estimate large tables again, whatever their last census says.")
    boolean sample;

    @Mixin
    final RateOption rate = new RateOption();

    @Mixin
    final LagOption lag = new LagOption();

    @Option(
            names = "--watch",
            description =
                    "Again every two seconds, until interrupted; does not count large tables, and samples them once a minute.")
    boolean watch;

    @Option(names = "--check", description = "Count as with --exact; exit 3 unless all values are under ACTIVE keys.")
    boolean check;

    @Override
    Outcome run(Invocation invocation) {
        boolean counts = exact || check;
        if (counts && (watch || sample)) {
            throw new UsageException("--watch and --sample look at tables, --exact and --check count them: say one.");
        }
        try (OpenDatabase open = invocation.open(4)) {
            if (counts) {
                return counted(invocation, open);
            }
            Survey survey = survey(open, SweepSettings.standard()).keepingSamples(SAMPLES_LAST);
            StatusView view = look(open, survey);
            if (watch) {
                RunControl control = invocation.interruption().control();
                do {
                    show(invocation.console(), view.outcome(Exit.DONE));
                    if (!invocation.console().ended() && control.sleep(PAUSE_MILLIS)) {
                        view = look(open, survey);
                    }
                } while (!control.stopped() && !invocation.console().ended());
            }
            return view.outcome(Exit.DONE);
        }
    }

    private static Survey survey(OpenDatabase open, SweepSettings settings) {
        return new Survey(open.tegula(), open.dataSource(), settings);
    }

    private StatusView look(OpenDatabase open, Survey survey) {
        Survey.Large large = sample ? Survey.Large.SAMPLE : Survey.Large.LAST_CENSUS;
        return StatusView.of(open, fields, survey.look(StatusView.columns(open, fields), large));
    }

    private Outcome counted(Invocation invocation, OpenDatabase open) {
        SweepSettings settings =
                SweepSettings.standard().withMaxPerSecond(rate.perSecond).withMaxLag(lag.limit());
        ProgressPrinter progress = ProgressPrinter.ofCensus(invocation.console(), InstantSource.system());
        RunControl control = invocation.interruption().control();
        Survey survey = survey(open, settings);
        Predicate<EncryptedColumn> columns = StatusView.columns(open, fields);
        Survey.Counted counted;
        try {
            counted = survey.count(columns, control, progress);
        } finally {
            progress.clear();
        }
        return counted.report()
                .map(report -> {
                    StatusView view = StatusView.of(open, fields, report);
                    return view.outcome(check && !view.settled() ? Exit.PARTIAL : Exit.DONE);
                })
                .orElseGet(() -> look(open, survey).stopped(counted.kept()));
    }

    private static void show(Console console, Outcome outcome) {
        console.clearScreen();
        console.print(outcome);
    }
}
