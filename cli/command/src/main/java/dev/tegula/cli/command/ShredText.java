package dev.tegula.cli.command;

import dev.tegula.cli.database.OpenDatabase;
import dev.tegula.cli.output.Exit;
import dev.tegula.cli.output.Layout;
import dev.tegula.cli.output.Outcome;
import dev.tegula.cli.output.Table;
import dev.tegula.config.NameSuggestion;
import dev.tegula.envelope.FieldId;
import dev.tegula.envelope.Purpose;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.operations.document.Json;
import dev.tegula.operations.rotation.ShredLook;
import dev.tegula.operations.rotation.ShredReceipt;
import dev.tegula.operations.rotation.ShredVerification;
import dev.tegula.registry.KeyRow;
import dev.tegula.registry.TenantShred;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What a shred destroys and leaves, for people, for programs, and for its receipt. */
final class ShredText {

    private final OpenDatabase open;
    private final TenantShred.Target target;
    private final ShredLook look;

    ShredText(OpenDatabase open, TenantShred.Target target, ShredLook look) {
        this.open = open;
        this.target = target;
        this.look = look;
    }

    static String shown(Duration duration) {
        return duration.toString().substring(2).toLowerCase(Locale.ROOT).replaceAll("(?<=[hms])(?=\\d)", " ");
    }

    /** What is said of a tenant without any key. */
    ConfigurationException unknown() {
        TreeSet<String> tenants = open.lifecycle().list().stream()
                .filter(row -> !row.scope().field().reserved())
                .flatMap(row -> row.scope().tenant().name().stream())
                .collect(Collectors.toCollection(TreeSet::new));
        String name = target.tenant().name().orElse("");
        return new ConfigurationException(
                "No key of tenant " + name + " is in this registry, so there is nothing to shred: "
                        + (tenants.isEmpty()
                                ? "no field has a key for each tenant."
                                : "it has another name, or never had a value."
                                        + NameSuggestion.to(name, tenants)
                                                .map(near -> " Did you mean " + near + "?")
                                                .orElse(" `tegula keys list` shows whose keys there are.")));
    }

    private String name() {
        return target.tenant().name().orElseThrow();
    }

    String question() {
        return "Shred " + target.tenant() + " in " + open.database().name() + ": destroy "
                + Table.count(look.left().size(), "key") + " for ever? "
                + Table.count(look.total(), "value") + ", in backups too, can never be read again, and the tenant can"
                + " never be written again.";
    }

    Layout layout() {
        Layout layout = new Layout().add("Tenant " + name() + ":");
        Table keys = Table.headed("FIELD", "PURPOSE", "KEY", "STATE", "KEK");
        look.state()
                .keys()
                .forEach(row ->
                        keys.row(row.scope().field(), row.scope().purpose(), row.label(), row.state(), row.kekAlias()));
        layout.add(keys);
        Table values = Table.headed("FIELD", "VALUES");
        look.values().forEach(values::row);
        if (!values.isEmpty()) {
            layout.add(values);
        }
        if (look.quarantined() > 0) {
            layout.add(Table.count(look.quarantined(), "value") + " of them in the quarantine.");
        }
        keks().forEach(layout::add);
        return layout;
    }

    /** Only a KEK of its own makes copies of wrapped keys worthless. */
    private List<String> keks() {
        return look.keks().stream()
                .map(kek -> kek.others() > 0
                        ? "KEK " + kek.alias() + " wraps " + Table.count(kek.others(), "key")
                                + " of others too, so it stays, and copies of the wrapped keys of this tenant open as long as"
                                + " it does. A hard shred needs a KEK of the tenant's own, which then ends."
                        : "KEK " + kek.alias()
                                + " wraps no other key: end it at the KMS, and copies of the wrapped keys of"
                                + " this tenant open nowhere any more. That is a hard shred.")
                .toList();
    }

    Outcome dryRun(List<String> obstacles, Path file, boolean written) {
        List<String> sentences = new ArrayList<>();
        sentences.add(
                look.left().isEmpty()
                        ? "All keys of " + target.tenant() + " are destroyed already."
                        : Table.count(look.left().size(), "key") + " of " + target.tenant()
                                + " would be destroyed, and "
                                + Table.count(look.total(), "value") + " could never be read again.");
        obstacles.forEach(each -> sentences.add("Would be refused: " + each + "."));
        sentences.add((written ? "The receipt is " : "The receipt would be ") + file + ".");
        Layout layout = layout();
        residuals().forEach(each -> layout.add("Stays: " + each));
        sentences.forEach(layout::add);
        return DryRun.of(layout, sentences, document(look.state()));
    }

    /** When no cache can hold a key any more. */
    Instant receiptFrom(TenantShred.State state) {
        return state.marks().stream()
                .map(mark -> mark.times().retired())
                .filter(Objects::nonNull)
                .max(Instant::compareTo)
                .orElseThrow()
                .plus(open.retention().caches());
    }

    Outcome outcome(Exit exit, TenantShred.State state, boolean changed, @Nullable Path receipt, String last) {
        Map<String, Object> document = Json.object("schema", "tegula/shred/1", "changed", changed);
        document.putAll(document(state));
        if (receipt != null) {
            document.put("receipt", receipt.toString());
        } else if (!state.left()) {
            document.put("receiptFrom", receiptFrom(state).toString());
        }
        List<String> lines = new ArrayList<>();
        if (!state.left()) {
            lines.add("Tenant " + name() + " is shredded: "
                    + Table.count(state.keys().size(), "key") + " destroyed, " + Table.count(look.total(), "value")
                    + " that can never be read again.");
            residuals().forEach(each -> lines.add("Stays: " + each));
            lines.addAll(keks());
        }
        lines.add(last);
        return new Outcome(exit, document, lines);
    }

    private Map<String, Object> document(TenantShred.State state) {
        return Json.object(
                "tenant",
                name(),
                "secrets",
                target.secrets(),
                "keys",
                state.keys().stream().map(KeyText::document).toList(),
                "fields",
                fields(),
                "quarantined",
                look.quarantined(),
                "keks",
                look.keks().stream()
                        .map(kek -> Json.object("kek", kek.alias(), "otherKeys", kek.others()))
                        .toList(),
                "residuals",
                residuals());
    }

    private List<Object> fields() {
        List<Object> fields = new ArrayList<>();
        look.values().forEach((field, count) -> fields.add(Json.object("field", field, "values", count)));
        return fields;
    }

    /** What the receipt says. */
    Map<String, Object> receipt(Instant now) {
        KeyRow mark = look.state().mark().orElseThrow();
        Map<String, Object> receipt = Json.object(
                "schema",
                ShredReceipt.SCHEMA,
                "deployment",
                open.configuration().deployment(),
                "registry",
                open.tegula().seal().rootId().hex(),
                "begun",
                mark.times().created().toString(),
                "destroyed",
                String.valueOf(mark.times().retired()),
                "written",
                now.toString(),
                "longestCacheSeconds",
                open.retention().caches().toSeconds());
        receipt.putAll(document(look.state()));
        return receipt;
    }

    /** Whether a genuine receipt is of this shred as it is now. */
    boolean isOf(Map<?, ?> receipt) {
        return target.tenant().name().equals(Optional.ofNullable(receipt.get("tenant")))
                && look.state()
                        .mark()
                        .map(mark -> String.valueOf(mark.times().retired()))
                        .equals(Optional.ofNullable(receipt.get("destroyed")));
    }

    private List<String> residuals() {
        List<String> left = new ArrayList<>();
        long exported = look.state().keys().stream()
                .filter(row -> row.times().exported() != null)
                .count();
        left.add("files of `tegula keys backup` and of rotations hold wrapped keys; " + exported + " of "
                + look.state().keys().size() + " keys were written to one. Delete them, or make new ones");
        left.add("backups and dumps of the database hold wrapped keys; "
                + declared("tegula.keys.retention.backups", open.retention().backups()));
        left.add("replicas and readers of changes may hold them; "
                + declared("tegula.keys.retention.changefeeds", open.retention().changefeeds()));
        left.add("old versions of the rows of tegula_key stay in its files and in the write-ahead log until they are"
                + " overwritten: `VACUUM tegula_key` (CockroachDB: gc.ttl), and the retention of the log");
        left.add(
                "values that were given out in the clear (exports, reports, caches of applications, snapshots of secrets,"
                        + " core dumps) are under no key");
        look.inClear()
                .forEach(beside -> left.add(beside.place()
                        + beside.encrypted()
                                .map(column -> ", beside " + column.label())
                                .orElse(", which was released or never sealed")
                        + (beside.holds().isPresent()
                                ? ", holds values of the tenant in clear, which are under no key: delete these rows"
                                : ", may hold values of the tenant in clear, which are under no key: nothing says"
                                        + " whose its rows are. Empty those of the tenant")));
        left.add("processes may serve a key from memory for "
                + shown(open.retention().caches()) + " after it is destroyed");
        if (!target.secrets() && hasSecrets()) {
            left.add("the namespace of secrets called " + name() + " was kept");
        }
        if (look.state().keys().stream().anyMatch(row -> row.scope().purpose() == Purpose.INDEX)) {
            left.add(
                    "blind indexes and tokens stay in their columns: without their key none can be computed to be compared,"
                            + " but which rows have equal values still shows");
        }
        return left;
    }

    private boolean hasSecrets() {
        return open.lifecycle().list().stream()
                .anyMatch(row -> row.scope().field().equals(FieldId.SECRET)
                        && row.scope().tenant().equals(target.tenant()));
    }

    private static String declared(String setting, Optional<Duration> kept) {
        return kept.map(duration -> duration.isZero()
                        ? setting + " says that there are none"
                        : setting + " says for " + shown(duration) + " after the destruction")
                .orElse(setting + " is not declared, so it is unknown for how long");
    }

    /** A tenant without any row is refused, as one that was misspelled would be. */
    private static String keyFirst(String field, String tenant) {
        return "No row of the tenant is here any more, so give it a key that is destroyed with it: `"
                + KeyText.shell(List.of("tegula", "keys", "create", field, "--tenant", tenant)) + "`. ";
    }

    static Outcome verified(Path file, Map<?, ?> receipt, ShredVerification.Result result) {
        List<String> lines = new ArrayList<>();
        result.findings().forEach(each -> lines.add("BACK  " + each + "."));
        result.remarks().forEach(each -> lines.add("Note: " + each + "."));
        String tenant = String.valueOf(receipt.get("tenant"));
        lines.add(
                result.findings().isEmpty()
                        ? "The receipt is genuine: tenant " + tenant + ", " + Table.count(result.keys(), "key")
                                + " destroyed at " + receipt.get("destroyed")
                                + ". None of them is in this registry, and the tenant has no other."
                        : Table.count(result.findings().size(), "finding") + ". "
                                + result.lost()
                                        .map(field -> keyFirst(field, tenant))
                                        .orElse("")
                                + "Shred the tenant again: `"
                                + KeyText.shell(List.of("tegula", "shred", "--tenant", tenant, "--receipt", "FILE"))
                                + "`.");
        return new Outcome(
                result.findings().isEmpty() ? Exit.DONE : Exit.UNVERIFIED,
                Json.object(
                        "schema",
                        "tegula/shred-verify/1",
                        "receipt",
                        file.toString(),
                        "tenant",
                        tenant,
                        "destroyed",
                        String.valueOf(receipt.get("destroyed")),
                        "keys",
                        result.keys(),
                        "findings",
                        result.findings(),
                        "remarks",
                        result.remarks()),
                lines);
    }
}
