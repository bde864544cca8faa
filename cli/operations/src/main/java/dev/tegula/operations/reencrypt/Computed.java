package dev.tegula.operations.reencrypt;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What came of computing something of a row, or of comparing it: the bytes for each column that is set, or what is wrong. Immutable. */
final class Computed {

    /** Why nothing was computed, or does not fit. */
    enum Why {
        /** A value does not open. */
        CLOSED,
        /** The values open, and their normaliser or tokeniser refuses one. */
        REFUSED,
        /** A value is of a tenant that was shredded. */
        SHREDDED,
        /** A value in clear is of a tenant that was shredded: nothing encrypts it any more. */
        IN_CLEAR,
        /** The tenant has no key to compute it with. */
        KEYLESS,
        /** There are values, and nothing beside them. */
        MISSING,
        /** What is there is not that of the values. */
        WRONG
    }

    private final List<byte @Nullable []> bytes;
    private final @Nullable Why why;
    private final String tenant;

    private Computed(List<byte @Nullable []> bytes, @Nullable Why why, String tenant) {
        this.bytes = bytes;
        this.why = why;
        this.tenant = tenant;
    }

    /** What a column gets; keeps the array. */
    static Computed of(byte[] bytes) {
        return new Computed(List.of(bytes), null, "");
    }

    /** What two columns get, of which the second may be emptied; keeps the arrays. */
    static Computed of(byte[] first, byte @Nullable [] second) {
        List<byte @Nullable []> both = new ArrayList<>();
        both.add(first);
        both.add(second);
        return new Computed(both, null, "");
    }

    /** What one column gets, or that a value does not open. */
    static Computed of(Optional<byte[]> bytes) {
        return bytes.map(Computed::of).orElseGet(() -> none(Why.CLOSED));
    }

    static Computed none(Why why) {
        return new Computed(List.of(), why, "");
    }

    /** Nothing, for want of a key of this tenant. */
    static Computed keyless(String tenant) {
        return new Computed(List.of(), Why.KEYLESS, tenant);
    }

    /** Why there is nothing; empty if there is. */
    Optional<Why> why() {
        return Optional.ofNullable(why);
    }

    /** What the columns get, in their order. */
    List<byte @Nullable []> bytes() {
        return bytes;
    }

    /** The tenant without a key. */
    String tenant() {
        return tenant;
    }
}
