package dev.tegula.operations.reencrypt;

import dev.tegula.catalogue.IndexColumn;
import dev.tegula.envelope.KeyId;
import dev.tegula.jdbc.Identifiers;
import java.util.Collection;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The CHECKs of a rotation of an index key as SQL, and how they are told when a server prints them. */
final class IndexFenceText {

    private static final Pattern ID = Pattern.compile("'\\\\x([0-9a-f]{64})'");

    private final String column;
    private final String next;
    private final IndexForm form;

    IndexFenceText(IndexColumn index, String next) {
        this.column = index.column();
        this.next = next;
        this.form = IndexForm.of(index);
    }

    /** True for rows whose next column names the key, and for those without an index. */
    String names(KeyId key) {
        return none() + " OR (" + quoted() + " IS NOT NULL AND " + (form.one() ? "" : keyId() + " IS NOT NULL AND ")
                + keyId() + " = " + literal(key) + ")";
    }

    /** True for rows whose index is that of their next column. */
    String same() {
        return Identifiers.quote(column) + " IS NOT DISTINCT FROM " + form.behindKeyId(quoted());
    }

    /**
     * True for what writers compute who know the active key, whatever key is to follow: an index that is that of the next column under
     * it, or one beside a next column under a key that is no older.
     *
     * @param known the active key and all that are older
     */
    String noneOlder(KeyId active, Collection<KeyId> known) {
        return none() + " OR (" + quoted() + " IS NOT NULL AND " + keyId() + " IS NOT NULL AND (" + keyId()
                + " NOT IN ("
                + known.stream().sorted().map(IndexFenceText::literal).collect(Collectors.joining(", ")) + ") OR ("
                + keyId() + " = " + literal(active) + " AND " + same() + ")))";
    }

    /** True for an update by somebody who does not know the next column: it leaves there what the value before it gave. */
    String apart() {
        String is = "NEW." + Identifiers.quote(column);
        String isNext = "NEW." + quoted();
        return isNext + " IS NOT NULL AND " + isNext + " IS NOT DISTINCT FROM OLD." + quoted() + " AND " + is
                + " IS DISTINCT FROM OLD." + Identifiers.quote(column) + " AND " + is + " IS DISTINCT FROM "
                + form.behindKeyId(isNext);
    }

    /** Whether the trigger that a server prints is about {@link #apart}. */
    boolean isApart(String definition) {
        return definition.contains(" AFTER UPDATE ON ")
                && Pattern.compile("new\\." + FenceTrigger.either(next) + " IS NOT NULL")
                        .matcher(definition)
                        .find()
                && Pattern.compile("old\\." + FenceTrigger.either(column) + "\\)")
                        .matcher(definition)
                        .find();
    }

    private String none() {
        return Identifiers.quote(column) + " IS NULL";
    }

    private String quoted() {
        return Identifiers.quote(next);
    }

    private String keyId() {
        return form.keyId(quoted());
    }

    private static String literal(KeyId key) {
        return "'\\x" + key.hex() + "'::bytea";
    }

    /** The key that a CHECK asks for, if it is {@link #names}. */
    Optional<KeyId> named(String definition) {
        Matcher id = ID.matcher(definition);
        if (!id.find()) {
            return Optional.empty();
        }
        String of = id.group(1);
        String text = definition.replace("'\\x" + of + "'", "x");
        String before = "CHECK" + column + " IS NULL OR " + next + " IS NOT NULL AND ";
        boolean ours = form.one()
                ? is(text, before, "1", Optional.of("32"), " = x::bytea")
                : bare(text).equals(bare(before + next + "[1] IS NOT NULL AND " + next + "[1] = x::bytea"));
        return ours ? Optional.of(KeyId.ofHex(of)) : Optional.empty();
    }

    /** Whether a CHECK is {@link #same}. */
    boolean isSame(String definition) {
        // PostgreSQL turns it round, CockroachDB does not.
        String turned = "CHECK NOT " + column + " IS DISTINCT FROM ";
        return form.one()
                ? is(definition, turned, "33", Optional.empty(), "")
                        || is(definition, "CHECK" + column + " IS NOT DISTINCT FROM ", "33", Optional.empty(), "")
                : bare(definition).equals(bare(turned + next + "[2:]"));
    }

    /** Servers print {@code substring} in one of two ways. */
    private boolean is(String definition, String before, String from, Optional<String> length, String after) {
        String call = before + "substring" + next + ", " + from
                + length.map(l -> ", " + l).orElse("") + after;
        String words = before + "substring" + next + " FROM " + from
                + length.map(l -> " FOR " + l).orElse("") + after;
        String bare = bare(definition);
        return bare.equals(bare(call)) || bare.equals(bare(words));
    }

    /** Without what servers print differently: parentheses, quotes, white space, the name of a type, and that it is not valid yet. */
    private static String bare(String definition) {
        return definition
                .replaceAll("[()\"\\s]|NOT VALID$", "")
                .toLowerCase(Locale.ROOT)
                .replace("::bytes", "::bytea");
    }
}
