package dev.tegula.envelope;

import dev.tegula.failure.MalformedException;
import java.util.Optional;

/**
 * The tenant part of a scope: none, or a name of 1 to 200 bytes of UTF-8. Its item is {@code 0x00}, or {@code 0x01} and
 * the name, so that "no tenant" is never the same as a tenant with an odd name, and no column has to hold NULL.
 */
public final class TenantId implements Comparable<TenantId> {

    /** The longest name, in bytes of UTF-8. */
    public static final int MAX_BYTES = 200;

    private static final TenantId NONE = new TenantId("", new byte[] {0});

    private final String name;
    private final byte[] item;

    private TenantId(String name, byte[] item) {
        this.name = name;
        this.item = item;
    }

    /** No tenant: the field has one key for all. */
    public static TenantId none() {
        return NONE;
    }

    /**
     * A named tenant.
     *
     * @throws MalformedException for an empty or too long name, or an unpaired surrogate
     */
    public static TenantId of(String name) {
        byte[] utf8 = StrictText.encode("tenant", name);
        if (utf8.length == 0 || utf8.length > MAX_BYTES) {
            throw new MalformedException(
                    MalformedException.Kind.INPUT,
                    "A tenant has 1 to " + MAX_BYTES + " bytes of UTF-8; " + utf8.length + " came.");
        }
        byte[] item = new byte[utf8.length + 1];
        item[0] = 1;
        System.arraycopy(utf8, 0, item, 1, utf8.length);
        return new TenantId(name, item);
    }

    /**
     * Reads a stored item.
     *
     * @throws MalformedException if the bytes are no tenant item
     */
    public static TenantId ofItem(byte[] item) {
        if (item.length == 1 && item[0] == 0) {
            return NONE;
        }
        if (item.length > 1 && item[0] == 1) {
            return of(StrictText.decode("tenant", item, 1, item.length - 1));
        }
        throw new MalformedException(
                MalformedException.Kind.INPUT,
                "A stored tenant starts with 00 (none) or 01 and a name; this does not.");
    }

    /** The bytes used in derivations and in the registry. */
    public byte[] item() {
        return item.clone();
    }

    /** The name, or empty for no tenant. */
    public Optional<String> name() {
        return name.isEmpty() ? Optional.empty() : Optional.of(name);
    }

    @Override
    public int compareTo(TenantId other) {
        return name.compareTo(other.name);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TenantId that && name.equals(that.name);
    }

    @Override
    public int hashCode() {
        return name.hashCode();
    }

    @Override
    public String toString() {
        return name.isEmpty() ? "(no tenant)" : "tenant " + name;
    }
}
