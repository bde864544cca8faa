package dev.tegula.cli.command;

import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.cli.database.OpenDatabase;
import dev.tegula.envelope.KeyId;
import dev.tegula.operations.document.Json;
import dev.tegula.operations.reencrypt.QuarantineNotes.Note;
import dev.tegula.registry.KeyRow;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Notes of the quarantine for people and programs, with what registry and catalogue know of them. */
final class QuarantineText {

    private final Map<KeyId, KeyRow> keys;
    private final List<EncryptedColumn> columns;

    private QuarantineText(Map<KeyId, KeyRow> keys, List<EncryptedColumn> columns) {
        this.keys = keys;
        this.columns = columns;
    }

    static QuarantineText of(OpenDatabase open) {
        return new QuarantineText(
                open.lifecycle().list().stream().collect(Collectors.toMap(KeyRow::keyId, Function.identity())),
                open.catalogue().rows().columns());
    }

    /** The field of its column; empty if that is in no catalogue. */
    Optional<String> field(Note note) {
        return columns.stream()
                .filter(column -> column.label().equals(note.place()))
                .map(column -> column.field().value())
                .findFirst();
    }

    /** Whether each tenant of one of the fields has a key of its own. */
    boolean perTenant(List<String> fields) {
        return columns.stream()
                .anyMatch(column ->
                        column.perTenant() && fields.contains(column.field().value()));
    }

    /** Version and short id of the key it claimed. */
    String key(Note note) {
        KeyRow row = keys.get(note.keyId());
        return row == null ? note.keyId().shortHex() + " UNKNOWN" : row.label() + " " + row.state();
    }

    /** Why it is there. */
    static String reason(Note note) {
        return note.reason() + note.refusal().map(why -> ": " + why).orElse("");
    }

    /** What to do about it, as the beginning of a sentence. */
    static String cure(String reason) {
        return switch (reason) {
            case "refused" -> "Mend the constraint or trigger, or the row";
            case "key-unknown" -> "Bring back the key, `tegula keys import FILE`";
            case "not-an-envelope" -> "Write the value again through the application, or set it to NULL";
            case "too-large" -> "Give more memory, JAVA_TOOL_OPTIONS=-Xmx4g, or write a smaller value";
            default -> "Put it back from a backup through the application, or set it to NULL if it is lost";
        };
    }

    /** The command that tries all values under its key again: nothing of a note that is a word of somebody else is in it. */
    static String retry(Note note) {
        return "tegula quarantine retry --key " + note.keyId().shortHex();
    }

    /** For programs. */
    Map<String, Object> document(Note note) {
        KeyRow row = keys.get(note.keyId());
        return Json.object(
                "column", note.place(),
                "row", note.row(),
                "field", field(note).orElse(null),
                "keyId", note.keyId().hex(),
                "version", row == null ? null : row.version(),
                "state", row == null ? "UNKNOWN" : row.state().name(),
                "reason", note.reason(),
                "refusal", note.refusal().orElse(null),
                "job", note.job().toString(),
                "seen", note.seen().toString());
    }
}
