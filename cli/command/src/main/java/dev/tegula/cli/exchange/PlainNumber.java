package dev.tegula.cli.exchange;

import java.util.regex.Pattern;

/** Numbers that every program writes as they were read. */
final class PlainNumber {

    private static final Pattern WHOLE = Pattern.compile("0|-?[1-9][0-9]{0,14}");

    private PlainNumber() {}

    static boolean written(String text) {
        return WHOLE.matcher(text).matches();
    }
}
