package dev.tegula.cli.command;

import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.cli.config.ConfigurationFile;
import dev.tegula.cli.database.OpenDatabase;
import dev.tegula.cli.output.Console;
import dev.tegula.cli.output.FailureSubject;
import dev.tegula.cli.output.Outcome;
import dev.tegula.cli.output.Table;
import dev.tegula.cli.output.UsageException;
import dev.tegula.config.Configuration;
import dev.tegula.failure.RefusedException;
import dev.tegula.jdbc.TableName;
import dev.tegula.jdbc.Writable;
import dev.tegula.operations.reencrypt.HeldTables;
import dev.tegula.registry.UnsealedKey;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;

/**
 * What a command works with besides its own options.
 *
 * @param console the streams
 * @param environment the environment of the process
 * @param common the options of every command
 * @param interruption what Ctrl-C does
 * @param about what a failure is about
 * @param changes whether the command changes something
 */
record Invocation(
        Console console,
        Map<String, String> environment,
        CommonOptions common,
        Interruption interruption,
        FailureSubject about,
        boolean changes) {

    /** The configuration that the options name or that is found. */
    Configuration configuration() {
        return ConfigurationFile.load(common.config, environment);
    }

    /** The same for a command that this time only looks. */
    Invocation looking() {
        return new Invocation(console, environment, common, interruption, about, false);
    }

    /** The database that the options name, with its keys; the caller closes it. It takes changes, if the command makes any. */
    OpenDatabase open() {
        return open(2);
    }

    /** The same for work that needs more connections. */
    OpenDatabase open(int connections) {
        return ready(OpenDatabase.open(configuration(), common.database, connections, about.changes()));
    }

    /** The same for what only looks things up, and must not wait long for a server that does not answer. */
    OpenDatabase openForLookUps() {
        return ready(OpenDatabase.forLookUps(configuration(), common.database, about.changes()));
    }

    private OpenDatabase ready(OpenDatabase open) {
        try {
            if (changes) {
                Writable.require(open.transactions());
                AnchorNote.of(open, console);
            }
            warn(open.lifecycle().unsealed());
        } catch (RuntimeException e) {
            open.close();
            throw e;
        }
        return open;
    }

    /** Does something with columns, and warns meanwhile of transactions that hold their tables or Tegula's own against changes. */
    Outcome watching(OpenDatabase open, List<EncryptedColumn> columns, Supplier<Outcome> work) {
        List<TableName> tables = columns.stream().map(TableName::of).distinct().toList();
        HeldTables watch = HeldTables.watch(open.dataSource(), tables, console::warn);
        try {
            return work.get();
        } finally {
            watch.close();
        }
    }

    /** Rows that are no keys stop nothing by themselves, so somebody has to say that they are there. */
    private void warn(List<UnsealedKey> rows) {
        if (!rows.isEmpty()) {
            console.warn(Table.count(rows.size(), "row")
                    + " of tegula_key that Tegula did not write, or"
                    + " that was altered: not used. `tegula keys drop-unsealed` shows and removes what does not"
                    + " verify. The first: " + rows.get(0).name());
        }
    }

    /**
     * Asks before something is changed.
     *
     * @throws UsageException if nobody can answer: no terminal and no {@code --yes}
     * @throws RefusedException code {@code declined}, if the answer is not yes
     */
    void confirm(AskedChange change, String question) {
        if (change.yes) {
            return;
        }
        if (!console.terminal().input() || console.json()) {
            throw new UsageException(
                    question + " There is no terminal to answer on. Add --yes to go" + " ahead, or --dry-run to look.");
        }
        console.ask(question + " [y/N]");
        String answer = console.readLine().strip().toLowerCase(Locale.ROOT);
        if (!answer.equals("y") && !answer.equals("yes")) {
            throw new RefusedException("declined", "The answer was not yes.");
        }
    }
}
