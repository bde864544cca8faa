package dev.tegula.operations.scan;

import dev.tegula.envelope.EnvelopeHead;
import dev.tegula.envelope.KeyId;
import dev.tegula.envelope.StrictText;
import dev.tegula.failure.TegulaException;
import dev.tegula.operations.scan.ScanFinding.Kind;
import java.util.ArrayList;
import java.util.Base64;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the values of one column look like. Keeps counts and no value. */
final class ColumnTally {

    private static final String CAST = "\\x01";
    private static final int MOST_MEMBERS = 200;
    /** A member with its value, also in a document that was cut; its text may hold escapes, which no form that is looked for needs. */
    private static final Pattern MEMBER =
            Pattern.compile("\"((?:[^\"\\\\]|\\\\.){1,100})\"\\s*:\\s*(?:\"((?:[^\"\\\\]|\\\\.)*)\"|(-?\\d+))");

    /** The text form of an envelope, with so much of it as has the fewest bytes of one. */
    private static final Pattern TEXT_FORM =
            Pattern.compile("(?<![A-Za-z0-9_-])tg1\\.([A-Za-z0-9_-]{100})[A-Za-z0-9_-]*");

    /** What stands in a document in place of a value that is in a column beside it. */
    private static final Pattern MARK = Pattern.compile("tgp1\\.[A-Za-z0-9_-]{16}");

    private static final Pattern WORD = Pattern.compile("[A-Za-z_][A-Za-z0-9_.-]{0,60}");
    private static final String OTHERS = "(other members)";

    private final ScanColumn column;
    private final Map<KeyId, Long> envelopes = new TreeMap<>();
    private final Map<String, Forms> members = new TreeMap<>();
    private final Forms forms = new Forms();
    private long values;

    ColumnTally(ScanColumn column) {
        this.column = column;
    }

    /** What the values of a column, or of a member, are by their form. */
    private static final class Forms {
        private final Map<PersonalData, Long> hits = new EnumMap<>(PersonalData.class);
        private long values;

        void add(String value) {
            values++;
            PersonalData.of(value).ifPresent(form -> hits.merge(form, 1L, Long::sum));
        }
    }

    /** Counts a value. */
    void add(Object value) {
        values++;
        if (value instanceof byte[] bytes) {
            addBytes(bytes);
            return;
        }
        String text = (String) value;
        switch (column.type()) {
            case JSON -> addDocument(text);
            case TEXTS -> {
                addTextForms(text);
                text.lines().filter(line -> !TEXT_FORM.matcher(line).matches()).forEach(forms::add);
            }
            default -> addText(text);
        }
    }

    private void addText(String text) {
        if (addTextForms(text)) {
            return;
        }
        if (text.startsWith(CAST)) {
            int digits = Math.min(text.length() - 2, 2 * EnvelopeHead.MIN_BYTES) & ~1;
            try {
                if (addEnvelope(HexFormat.of().parseHex(text.substring(2, 2 + digits)))) {
                    return;
                }
            } catch (IllegalArgumentException e) {
                // No cast bytes: a text like any other.
            }
        }
        forms.add(text);
    }

    /** Counts the envelopes that stand in a text, those of one key once; whether the text is one. */
    private boolean addTextForms(String text) {
        Set<KeyId> keys = new HashSet<>();
        boolean whole = false;
        Matcher matcher = TEXT_FORM.matcher(text);
        while (matcher.find()) {
            Optional<KeyId> key = keyId(Base64.getUrlDecoder().decode(matcher.group(1)));
            key.ifPresent(keys::add);
            whole |= key.isPresent() && matcher.end() - matcher.start() == text.length();
        }
        keys.forEach(key -> envelopes.merge(key, 1L, Long::sum));
        return whole;
    }

    private void addBytes(byte[] bytes) {
        if (addEnvelope(bytes)) {
            return;
        }
        try {
            String text = StrictText.decode("value", bytes, 0, bytes.length);
            if (text.chars().noneMatch(c -> c < ' ' && c != '\n' && c != '\r' && c != '\t')) {
                forms.add(text);
            }
        } catch (TegulaException e) {
            // Bytes that are no text, or text that was cut within a character.
        }
    }

    private boolean addEnvelope(byte[] bytes) {
        Optional<KeyId> key = keyId(bytes);
        key.ifPresent(id -> envelopes.merge(id, 1L, Long::sum));
        return key.isPresent();
    }

    private Optional<KeyId> keyId(byte[] bytes) {
        try {
            return Optional.of(EnvelopeHead.of(column.place(), bytes).keyId());
        } catch (TegulaException e) {
            return Optional.empty();
        }
    }

    /** What the server counted of all rows, in place of the sample. */
    void replace(Map<KeyId, Long> counted, long total) {
        envelopes.clear();
        envelopes.putAll(counted);
        values = total;
    }

    private void addDocument(String json) {
        addTextForms(json);
        Matcher member = MEMBER.matcher(json);
        while (member.find()) {
            String name = shown(member.group(1));
            String text = member.group(2) == null ? member.group(3) : member.group(2);
            boolean sealed =
                    TEXT_FORM.matcher(text).matches() || MARK.matcher(text).matches();
            if (!sealed && (members.size() < MOST_MEMBERS || members.containsKey(name))) {
                members.computeIfAbsent(name, n -> new Forms()).add(text);
            }
        }
    }

    /** Members of a map may be named by a person; what is no plain word is not told, and counts as a value itself if it is one. */
    private String shown(String member) {
        if (PersonalData.of(member).isPresent()) {
            forms.add(member);
            return OTHERS;
        }
        return WORD.matcher(member).matches() ? member : OTHERS;
    }

    /** Schema, table and column. */
    String place() {
        return column.place();
    }

    /** Values that were looked at. */
    long values() {
        return values;
    }

    /**
     * What is to be told of it.
     *
     * @param declared whether the catalogue names the column
     * @param known ids of the keys of the registry
     */
    List<ScanFinding> findings(boolean declared, Set<KeyId> known) {
        List<ScanFinding> found = new ArrayList<>();
        long sealed = envelopes.values().stream().mapToLong(Long::longValue).sum();
        long foreign = envelopes.entrySet().stream()
                .filter(entry -> !known.contains(entry.getKey()))
                .mapToLong(Map.Entry::getValue)
                .sum();
        if (foreign > 0) {
            found.add(finding(Kind.UNKNOWN_KEYS, "", foreign));
        }
        if (declared) {
            if (sealed < values) {
                found.add(finding(Kind.NOT_ENCRYPTED, "", values - sealed));
            }
            return found;
        }
        if (sealed > foreign) {
            found.add(finding(Kind.UNDECLARED_ENVELOPES, "", sealed - foreign));
        }
        personal(found, column.place(), forms, byName(sealed));
        members.forEach((name, seen) -> personal(found, column.place() + " -> " + name, seen, ColumnWords.of(name)));
        return found;
    }

    private ScanFinding finding(Kind kind, String what, long hits) {
        // A text may hold envelopes under several keys.
        return new ScanFinding(column.place(), kind, what, Math.min(hits, values), values);
    }

    /** A name says nothing of bytes that are no text, and little of a number. */
    private Optional<PersonalData> byName(long sealed) {
        return ColumnWords.of(column.name()).filter(what -> switch (column.type()) {
            case BYTES -> forms.values > 0 && sealed == 0;
            case NUMBER ->
                what == PersonalData.PHONE
                        || what == PersonalData.CARD
                        || what == PersonalData.NATIONAL_ID
                        || what == PersonalData.INCOME;
            case DATE -> what == PersonalData.BIRTH_DATE;
            default -> sealed == 0 || sealed < values;
        });
    }

    private static void personal(List<ScanFinding> found, String place, Forms forms, Optional<PersonalData> byName) {
        forms.hits.forEach((what, hits) -> {
            if (what.told(hits, forms.values) || byName.filter(what::equals).isPresent()) {
                found.add(new ScanFinding(place, Kind.PERSONAL_DATA, what.word(), hits, forms.values));
            }
        });
        byName.filter(what -> !forms.hits.containsKey(what))
                .ifPresent(what -> found.add(new ScanFinding(place, Kind.PERSONAL_DATA, what.word(), 0, forms.values)));
    }
}
