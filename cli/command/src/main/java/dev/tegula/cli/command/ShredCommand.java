package dev.tegula.cli.command;

import dev.tegula.audit.AuditEntry;
import dev.tegula.cli.database.OpenDatabase;
import dev.tegula.cli.output.Exit;
import dev.tegula.cli.output.Outcome;
import dev.tegula.cli.output.ProgressPrinter;
import dev.tegula.cli.output.UsageException;
import dev.tegula.envelope.FieldId;
import dev.tegula.envelope.TenantId;
import dev.tegula.failure.RefusedException;
import dev.tegula.file.DurableFile;
import dev.tegula.operations.rotation.Shred;
import dev.tegula.operations.rotation.ShredLook;
import dev.tegula.operations.rotation.ShredReceipt;
import dev.tegula.operations.rotation.ShredVerification;
import dev.tegula.registry.KeyRow;
import dev.tegula.registry.ShredMark;
import dev.tegula.registry.TenantShred;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code tegula shred}. */
@Command(
        name = "shred",
        description = {
            "Destroy all keys of a tenant: its values can never be read again but with a backup of the keys and their KEK.",
            "Run again, it goes on where it was; once no cache can hold a key, it writes a receipt. --verify checks one."
        })
final class ShredCommand extends TegulaCommand {

    @Option(
            names = "--tenant",
            paramLabel = "T",
            converter = TenantName.class,
            description = "The tenant, in every field with a key for each.",
            order = 1)
    @Nullable
    String tenant;

    @Option(
            names = "--secrets",
            paramLabel = "WHAT",
            description =
                    "What becomes of the namespace of secrets that is called like the tenant: ${COMPLETION-CANDIDATES}.",
            order = 2)
    @Nullable
    OfSecrets secrets;

    @Option(
            names = "--receipt",
            paramLabel = "FILE",
            description = "Where the receipt goes; otherwise beside the configuration.",
            order = 3)
    @Nullable
    Path receipt;

    @Option(
            names = "--verify",
            paramLabel = "FILE",
            description = "Check a receipt: that it is genuine, and that none of its keys is back.",
            order = 4)
    @Nullable
    Path verify;

    @Mixin
    final AskedChange change = new AskedChange();

    /** What becomes of secrets. */
    enum OfSecrets {
        /** Their keys are destroyed too. */
        destroy,
        /** They are another thing with the same name. */
        keep
    }

    @Override
    void requireSense() {
        if ((tenant == null) == (verify == null)) {
            throw new UsageException("Say --tenant T to shred a tenant, or --verify FILE to check a receipt.");
        }
        if (verify != null && (secrets != null || receipt != null || change.dryRun || change.yes)) {
            throw new UsageException(
                    "--verify FILE only looks: no --secrets, --receipt, --dry-run or --yes beside it.");
        }
    }

    @Override
    Outcome run(Invocation invocation) {
        if (verify != null) {
            return verified(invocation.looking(), verify);
        }
        try (OpenDatabase open = invocation.open(3)) {
            return run(invocation, open, TenantId.of(String.valueOf(tenant)));
        }
    }

    private Outcome run(Invocation invocation, OpenDatabase open, TenantId named) {
        TenantShred.Target target = new TenantShred.Target(named, withSecrets(open, named));
        ProgressPrinter counting = ProgressPrinter.ofCensus(invocation.console(), InstantSource.system());
        Shred shred = open.shred(counting);
        ShredLook look;
        try {
            look = shred.look(target);
        } finally {
            counting.clear();
        }
        ShredText text = new ShredText(open, target, look);
        if (look.state().marks().isEmpty() && look.state().keys().isEmpty()) {
            throw text.unknown();
        }
        boolean left = look.state().left() || look.state().open();
        Path file = file(open, target);
        boolean written = Files.exists(file, LinkOption.NOFOLLOW_LINKS);
        if (written
                && (left
                        || !text.isOf(ShredReceipt.read(
                                file,
                                open.tegula().seal().withReplaced(),
                                open.configuration().deployment())))) {
            throw new RefusedException(
                    "file-exists",
                    file + " exists already and is the receipt of an earlier shred. Name another one with --receipt.");
        }
        if (change.dryRun) {
            return text.dryRun(shred.obstacles(target, look), file, written);
        }
        if (written) {
            return text.outcome(Exit.DONE, look.state(), false, file, "The receipt was written before: " + file + ".");
        }
        if (left) {
            DurableFile.requireNew("The receipt " + file, file);
            invocation.console().say(text.layout());
            invocation.confirm(change, text.question());
        }
        TenantShred.State state = shred.run(
                target, invocation.console()::say, invocation.interruption().control());
        if (state.left()) {
            return text.outcome(
                    Exit.INTERRUPTED,
                    state,
                    true,
                    null,
                    "Stopped: keys are RETIRED, and not destroyed yet. Run it again.");
        }
        Instant from = text.receiptFrom(state);
        Instant now = open.tegula().registry().clock().instant();
        if (now.isBefore(from)) {
            return text.outcome(
                    Exit.PARTIAL,
                    state,
                    left,
                    null,
                    "The receipt is due from " + from + " on, when no cache can hold a key any more (outage-limit, "
                            + ShredText.shown(open.retention().caches()) + "): run the same command again then.");
        }
        return receipt(open, shred.look(target), target, file, now, left);
    }

    private Outcome receipt(
            OpenDatabase open, ShredLook look, TenantShred.Target target, Path file, Instant now, boolean left) {
        ShredText text = new ShredText(open, target, look);
        byte[] content = ShredReceipt.write(open.tegula().seal(), text.receipt(now));
        open.tell(List.of(AuditEntry.of(
                        AuditEntry.RESERVED + "shred.receipt",
                        "tenant",
                        target.tenant().name().orElseThrow())
                .tenant(target.tenant())
                .detail("keys destroyed: " + look.state().keys().size())));
        open.changes().note();
        DurableFile.create("The receipt " + file, file, content);
        return text.outcome(
                Exit.DONE,
                look.state(),
                left,
                file,
                "The receipt is " + file + ". Keep a copy elsewhere; `"
                        + KeyText.shell(List.of("tegula", "shred", "--verify", file.toString()))
                        + "` checks that no key of it is back.");
    }

    /** The namespace of secrets with the tenant's name is another thing: a person says whether it goes too. */
    private boolean withSecrets(OpenDatabase open, TenantId named) {
        List<KeyRow> rows = open.lifecycle().list();
        boolean marked = rows.stream().anyMatch(row -> row.scope().equals(ShredMark.of(named, true)));
        boolean there = rows.stream()
                .anyMatch(row -> row.scope().field().equals(FieldId.SECRET)
                        && row.scope().tenant().equals(named));
        if (secrets == null && there && !marked) {
            throw new UsageException(
                    "There is a namespace of secrets called " + named.name().orElseThrow()
                            + " too. Say --secrets destroy if its keys go with the tenant, or --secrets keep.");
        }
        return marked || (there && secrets == OfSecrets.destroy);
    }

    private Path file(OpenDatabase open, TenantShred.Target target) {
        return receipt != null
                ? receipt
                : open.configuration()
                        .folder()
                        .resolve("tegula-shred-" + open.database().name() + "-"
                                + ShredMark.id(ShredMark.of(target.tenant(), false))
                                        .shortHex() + ".json");
    }

    private static Outcome verified(Invocation invocation, Path file) {
        try (OpenDatabase open = invocation.open()) {
            Map<?, ?> receipt = ShredReceipt.read(
                    file,
                    open.tegula().seal().withReplaced(),
                    open.configuration().deployment());
            return ShredText.verified(
                    file,
                    receipt,
                    new ShredVerification(
                                    open.tegula().registry(), open.tegula().seal())
                            .of(receipt));
        }
    }
}
