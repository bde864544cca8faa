package dev.tegula.cli.output;

import dev.tegula.registry.KeyRow;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a command is at work on, so that a failure can name it. One per run; used by one thread at a time. */
public final class FailureSubject {

    private @Nullable String field;
    private @Nullable KeyRow row;
    private boolean doctor = true;
    private boolean changing;
    private final Changes changes = new Changes();

    /** The command changes something, so who sees it fail wants to know whether it did. */
    public void changing() {
        changing = true;
    }

    /** What the run has changed. */
    public Changes changes() {
        return changes;
    }

    String afterFailure() {
        return changing ? changes.afterFailure() : "";
    }

    /** What is left of a run that was done and could not say so. */
    String afterLostOutput() {
        return changing ? changes.afterLostOutput() : Changes.AGAIN;
    }

    /** There is no configuration yet, so {@code tegula doctor} would have nothing to look at. */
    public void setup() {
        doctor = false;
    }

    boolean doctor() {
        return doctor;
    }

    /** The fields of the command; named only if it is one, and no glob. */
    public void fields(List<String> fields) {
        this.row = null;
        this.field = fields.size() == 1 && !fields.get(0).contains("*") ? fields.get(0) : null;
    }

    /** The key of the command. */
    public void key(KeyRow key) {
        this.row = key;
        this.field = key.scope().field().value();
    }

    /** The field, or what stands for any. */
    String fieldOr(String other) {
        return field == null ? other : field;
    }

    /** The tenant of the key, if it is a tenant's. */
    Optional<String> tenant() {
        return row == null ? Optional.empty() : row.scope().tenant().name();
    }

    /** Members of an error. */
    Map<String, Object> document() {
        Map<String, Object> out = new LinkedHashMap<>();
        if (field != null) {
            out.put("field", field);
        }
        if (row != null) {
            row.scope().tenant().name().ifPresent(tenant -> out.put("tenant", tenant));
            out.put("version", row.version());
            out.put("keyId", row.keyId().hex());
        }
        return out;
    }
}
