package dev.tegula.envelope;

import dev.tegula.failure.MalformedException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * The permanent logical name of an encrypted field, for example {@code patient.ssn}: not its table or column, which may
 * be renamed. Names that start with {@code tegula.} belong to Tegula.
 *
 * @param value 1 to 100 characters of {@code [a-z0-9_.]}
 */
public record FieldId(String value) implements Comparable<FieldId> {

    private static final Pattern GRAMMAR = Pattern.compile("[a-z0-9_.]{1,100}");
    private static final String RESERVED = "tegula.";
    private static final String BRANCH = "tegula.branch.";

    /** The field of the REGISTRY root. */
    public static final FieldId REGISTRY = new FieldId("tegula.registry");

    /** The field of all secrets, which has a key for each namespace. */
    public static final FieldId SECRET = new FieldId("tegula.secret");

    /** The field of the key of one snapshot of secrets. */
    public static final FieldId SNAPSHOT = new FieldId("tegula.snapshot");

    /** The field of the marks of tenants whose keys were all destroyed. */
    public static final FieldId SHRED = new FieldId("tegula.shred");

    /** The field of the marks of namespaces of secrets whose keys were all destroyed. */
    public static final FieldId SHRED_SECRET = new FieldId("tegula.shred.secret");

    /**
     * Checks the grammar.
     *
     * @throws MalformedException kind INPUT, outside of it
     */
    public FieldId {
        if (!GRAMMAR.matcher(value).matches()) {
            throw new MalformedException(
                    MalformedException.Kind.INPUT,
                    "A field id is 1 to 100 characters of [a-z0-9_.], for example patient.ssn; this one is not.");
        }
    }

    /**
     * A field id of a user.
     *
     * @throws MalformedException kind INPUT, outside the grammar or in the reserved {@code tegula.} space
     */
    public static FieldId of(String value) {
        FieldId id = new FieldId(value);
        if (id.reserved()) {
            throw new MalformedException(
                    MalformedException.Kind.INPUT,
                    "Field ids that start with `tegula.` are reserved for Tegula; choose another name than " + value);
        }
        return id;
    }

    /**
     * The field of the branch keys of a KEK: its alias, with what a field id does not take in hexadecimal.
     *
     * @throws MalformedException kind INPUT, if the alias is too long for a field id
     */
    public static FieldId ofBranch(String alias) {
        StringBuilder name = new StringBuilder(BRANCH);
        for (byte each : StrictText.encode("KEK alias", alias)) {
            boolean plain = (each >= 'a' && each <= 'z') || (each >= '0' && each <= '9');
            name.append(plain ? String.valueOf((char) each) : String.format("_%02x", each & 0xff));
        }
        return new FieldId(name.toString());
    }

    /** Whether the name is of the branch keys of some KEK. */
    public boolean ofBranches() {
        return value.startsWith(BRANCH);
    }

    /** Whether the name belongs to Tegula itself. */
    public boolean reserved() {
        return value.startsWith(RESERVED);
    }

    /** The bytes used in derivations. */
    public byte[] bytes() {
        return value.getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public int compareTo(FieldId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
