package dev.tegula.operations.scan;

import java.util.Collection;

/**
 * Something that a scan found. Never holds a value.
 *
 * @param place {@code schema.table.column}, with {@code -> member} for a member of JSON; {@code schema.table} where the whole
 *     table could not be read
 * @param kind what is wrong
 * @param what for people and for comparing: which personal data, or why something could not be read; otherwise empty
 * @param hits values it is about; 0 for what only the name of the column says
 * @param values values that were looked at there
 */
public record ScanFinding(String place, Kind kind, String what, long hits, long values) {

    /** What is wrong with a place. */
    public enum Kind {
        /** Envelopes in a column that is in no catalogue: a rotation does not move them, and they are lost with their key. */
        UNDECLARED_ENVELOPES,
        /** Envelopes under keys that this registry does not have: nobody can open them here. */
        UNKNOWN_KEYS,
        /** Values in a declared column that are no envelopes. */
        NOT_ENCRYPTED,
        /** Plaintext that looks personal or secret. */
        PERSONAL_DATA,
        /** Nobody looked: rights are missing, or the server failed. */
        UNREADABLE
    }

    /** Whether none of the accepted ones is the same, whatever the counts were then. */
    public boolean isNew(Collection<ScanFinding> accepted) {
        return accepted.stream()
                .noneMatch(other -> place.equals(other.place) && kind == other.kind && what.equals(other.what));
    }
}
