package dev.tegula.operations.reencrypt;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** What a backfill or its verification has found so far. Of one thread. */
final class BackfillTally {

    private final List<String> duplicates = new ArrayList<>();
    private final List<String> unreadable = new ArrayList<>();
    private final List<String> refused = new ArrayList<>();
    private final Set<String> keyless = new TreeSet<>();
    private final List<String> inClear = new ArrayList<>();
    private final List<String> missing = new ArrayList<>();
    private final List<String> wrong = new ArrayList<>();
    private final Set<List<String>> hopeless = new HashSet<>();
    private final Set<List<String>> shredded = new HashSet<>();
    private final LostKeys lost = new LostKeys();
    private long filled;
    private long emptied;
    private long sound;
    private long left;

    /** Keys that rows were found to want. */
    LostKeys lost() {
        return lost;
    }

    /** Rows that were left may be done by now. */
    void nextPass() {
        left = 0;
    }

    /** Whether a further pass could do more. */
    boolean hopeful() {
        return left > hopeless.size();
    }

    boolean isHopeless(List<String> key) {
        return hopeless.contains(key);
    }

    /** A value of the row is of a tenant that was shredded. */
    void shredded(List<String> key) {
        shredded.add(key);
    }

    boolean isShredded(List<String> key) {
        return shredded.contains(key);
    }

    long filled() {
        return filled;
    }

    long unreadable() {
        return unreadable.size();
    }

    long left() {
        return left;
    }

    void filled(int rows) {
        filled += rows;
    }

    /** Rows of shredded tenants that lost what was computed of them. */
    void emptied(int rows) {
        emptied += rows;
    }

    /** Rows that were changed. */
    long changed() {
        return filled + emptied;
    }

    void left(int rows) {
        left += rows;
    }

    void sound() {
        sound++;
    }

    void duplicate(List<String> key, String shown) {
        hopeless.add(key);
        list(duplicates, shown);
    }

    /** A trigger put back what it held; counted among those that are left already. */
    void undone(List<String> key, String shown) {
        hopeless.add(key);
        list(missing, shown);
    }

    /** Nothing can be computed of the row, or what is there does not fit. */
    void none(List<String> key, String shown, Computed computed) {
        switch (computed.why().orElseThrow()) {
            case CLOSED -> unreadable(key, shown);
            case REFUSED -> refused(key, shown);
            case SHREDDED -> shredded(key);
            case IN_CLEAR -> inClear(key, shown);
            case KEYLESS -> keyless(key, computed.tenant());
            case MISSING -> missing(shown);
            case WRONG -> wrong(shown);
        }
    }

    void unreadable(List<String> key, String shown) {
        left++;
        hopeless.add(key);
        list(unreadable, shown);
    }

    /** Its values open, and a normaliser or tokeniser refuses one. */
    private void refused(List<String> key, String shown) {
        left++;
        hopeless.add(key);
        list(refused, shown);
    }

    /** Its value in clear is of a shredded tenant. */
    private void inClear(List<String> key, String shown) {
        left++;
        hopeless.add(key);
        list(inClear, shown);
    }

    /** Its tenant has no key. */
    private void keyless(List<String> key, String tenant) {
        left++;
        hopeless.add(key);
        if (keyless.size() < BackfillReport.MAX_LISTED) {
            keyless.add(tenant);
        }
    }

    void missing(String shown) {
        left++;
        list(missing, shown);
    }

    void wrong(String shown) {
        left++;
        list(wrong, shown);
    }

    BackfillReport report(boolean complete) {
        return new BackfillReport(
                filled,
                sound,
                duplicates,
                unreadable,
                missing,
                wrong,
                left,
                complete,
                shredded.size(),
                refused,
                List.copyOf(keyless),
                inClear);
    }

    private static void list(List<String> rows, String row) {
        if (rows.size() < BackfillReport.MAX_LISTED) {
            rows.add(row);
        }
    }
}
