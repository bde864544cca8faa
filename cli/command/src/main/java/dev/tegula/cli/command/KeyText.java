package dev.tegula.cli.command;

import dev.tegula.cli.output.ShellLine;
import dev.tegula.envelope.KeyId;
import dev.tegula.kms.WrappedKey;
import dev.tegula.operations.document.Json;
import dev.tegula.registry.BranchKey;
import dev.tegula.registry.KeyRow;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Keys as people and programs see them. */
final class KeyText {

    private static final int LONGEST_VERSION = 20;

    private KeyText() {}

    /** For programs. */
    static Map<String, Object> document(KeyRow row) {
        return Json.object(
                "field", row.scope().field().value(),
                "tenant", row.scope().tenant().name().orElse(null),
                "purpose", row.scope().purpose().name(),
                "version", row.version(),
                "keyId", row.keyId().hex(),
                "state", row.state().name(),
                "kek", row.kekAlias(),
                "provider", row.provider(),
                "kekVersion", row.wrapped().map(WrappedKey::kekVersion).orElse(null),
                "created", row.times().created().toString(),
                "activated", text(row.times().activated()),
                "retired", text(row.times().retired()),
                "exported", text(row.times().exported()));
    }

    /** For people: scope, version and short id. */
    static String name(KeyRow row) {
        return row.label() + " of " + row.scope();
    }

    /** The version of the KEK that wrapped a key, for people: vendors' names of versions can be long. */
    static String kekVersion(KeyRow row) {
        return BranchKey.over(row).map(branch -> branchKey(branch.hex())).orElseGet(() -> row.wrapped()
                .map(WrappedKey::kekVersion)
                .map(KeyText::shortVersion)
                .orElse("-"));
    }

    /** What of a KEK wrapped a key, for people, after the KEK's alias. */
    static String wrappedBy(KeyRow row) {
        return (BranchKey.over(row).isPresent() ? " " : " version ") + kekVersion(row);
    }

    /** A branch key in the place of a version. */
    static String branchKey(String keyId) {
        return keyId.isEmpty()
                ? "a new branch key"
                : "branch key " + KeyId.ofHex(keyId).shortHex();
    }

    /** The same of a version alone: its end tells it from others. */
    static String shortVersion(String version) {
        return version.length() <= LONGEST_VERSION ? version : "…" + version.substring(version.length() - 12);
    }

    /** The document of a command that changed one key. */
    static Map<String, Object> changed(String command, KeyRow row) {
        return Json.object("schema", "tegula/keys-" + command + "/1", "changed", true, "key", document(row));
    }

    /** The words of a command as a shell takes them: it must not expand a glob. */
    static String shell(List<String> words) {
        return ShellLine.of(words);
    }

    /** How long ago, in the largest unit. */
    static String age(Instant since, Instant now) {
        Duration age = Duration.between(since, now);
        if (age.toDays() > 0) {
            return age.toDays() + " d";
        }
        if (age.toHours() > 0) {
            return age.toHours() + " h";
        }
        return age.toMinutes() > 0 ? age.toMinutes() + " min" : Math.max(0, age.toSeconds()) + " s";
    }

    private static @Nullable String text(@Nullable Instant instant) {
        return instant == null ? null : instant.toString();
    }
}
