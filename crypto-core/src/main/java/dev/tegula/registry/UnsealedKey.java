package dev.tegula.registry;

/**
 * A row where keys are kept that nobody may believe: changed or added by something other than Tegula, or sealed under a root
 * that is not pinned here.
 *
 * @param keyId what it says its key id is, in hexadecimal digits, cut to 33 bytes
 * @param field what it says its field is, cut to 101 characters
 * @param why what is wrong with it
 */
public record UnsealedKey(String keyId, String field, String why) {

    private static final int SHORT = 8;

    /** As messages name it. */
    public String name() {
        return (field.isEmpty() ? "no field" : field) + " ("
                + (keyId.length() > SHORT ? keyId.substring(0, SHORT) : keyId) + "): " + why;
    }

    static UnsealedKey of(KeyRow row) {
        return new UnsealedKey(
                row.keyId().hex(),
                row.scope().field().value(),
                row.state() + " by what it says, but its seal does not verify");
    }
}
