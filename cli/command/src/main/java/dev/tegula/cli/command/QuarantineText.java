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

    /** Version and short id of the key it claimed. */
    String key(Note note) {
        KeyRow row = keys.get(note.keyId());
        return row == null ? note.keyId().shortHex() + " UNKNOWN" : row.label() + " " + row.state();
    }

    /** Why it is there. */
    static String reason(Note note) {
        return note.reason() + note.refusal().map(why -> ": " + why).orElse("");
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
