package dev.tegula.operations.scan;

import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.commons.validator.routines.CreditCardValidator;
import org.apache.commons.validator.routines.EmailValidator;
import org.apache.commons.validator.routines.IBANValidator;
import org.apache.commons.validator.routines.checkdigit.EAN13CheckDigit;

/** Kinds of personal data and secrets that can be told by the form of a value, by the name of a column, or by both. */
enum PersonalData {
    PRIVATE_KEY("private key", 0),
    TOKEN("token", 0),
    EMAIL("e-mail address", 10),
    IBAN("IBAN", 10),
    CARD("card number", 10),
    NATIONAL_ID("national identity number", 10),
    PHONE("telephone number", 10),
    BIRTH_DATE("date of birth", 100),
    NAME("name of a person", 100),
    ADDRESS("postal address", 100),
    HEALTH("health", 100),
    INCOME("income", 100),
    PASSWORD("password or secret", 100);

    private static final Pattern KEY = Pattern.compile(
            "-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----|AGE-SECRET-KEY-1[0-9A-Z]{50}|PuTTY-User-Key-File-");
    private static final Pattern BEARER = Pattern.compile(
            "eyJ[A-Za-z0-9_-]{8,}\\.eyJ[A-Za-z0-9_-]{8,}\\.[A-Za-z0-9_-]*|\\b(?:AKIA|ASIA)[A-Z2-7]{16}\\b"
                    + "|\\bgh[pousr]_[A-Za-z0-9]{36}\\b|\\bhvs\\.[A-Za-z0-9_-]{24,}");
    /** Social security: area, group and serial number are never all zeros, and no area is 666 or begins with 9. */
    private static final Pattern UNITED_STATES = Pattern.compile("(?!000|666|9)\\d{3}-(?!00)\\d{2}-(?!0000)\\d{4}");

    private static final Pattern UNITED_KINGDOM = Pattern.compile(
            "(?!BG|GB|KN|NK|NT|TN|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\\d{2} ?\\d{2} ?\\d{2} ?[A-D]");
    private static final Pattern SWITZERLAND = Pattern.compile("756\\.?\\d{4}\\.?\\d{4}\\.?\\d{2}");
    /** With Corsica's departments, whose letters stand for numbers in the check. */
    private static final Pattern FRANCE = Pattern.compile("[12]\\d{2}(?:0[1-9]|1[0-2])(?:\\d{2}|2[AB])\\d{6}\\d{2}");

    private static final Pattern INTERNATIONAL = Pattern.compile("\\+[1-9][0-9 ()./-]{6,20}[0-9]");
    private static final Pattern NORTH_AMERICA =
            Pattern.compile("(?:\\([2-9]\\d{2}\\) ?|[2-9]\\d{2}[ .-])[2-9]\\d{2}[ .-]\\d{4}");
    private static final Pattern DIGITS = Pattern.compile("\\d(?:[ -]?\\d){12,18}");
    private static final int LONGEST = 100;

    private static final CreditCardValidator CARDS = new CreditCardValidator(CreditCardValidator.VISA
            + CreditCardValidator.MASTERCARD
            + CreditCardValidator.AMEX
            + CreditCardValidator.DISCOVER
            + CreditCardValidator.DINERS);

    private final String word;
    private final int percent;

    PersonalData(String word, int percent) {
        this.word = word;
        this.percent = percent;
    }

    /** The word for people. */
    String word() {
        return word;
    }

    /** Whether so many of the values that are there make it worth telling; one secret is enough. */
    boolean told(long hits, long values) {
        return hits > 0 && hits * 100 >= values * percent;
    }

    /** What a value is by its form; values that have a check digit must have the right one. */
    static Optional<PersonalData> of(String value) {
        if (KEY.matcher(value).find()) {
            return Optional.of(PRIVATE_KEY);
        }
        if (BEARER.matcher(value).find()) {
            return Optional.of(TOKEN);
        }
        String text = value.strip();
        if (text.length() > LONGEST || text.length() < 6) {
            return Optional.empty();
        }
        if (text.indexOf('@') > 0 && EmailValidator.getInstance().isValid(text)) {
            return Optional.of(EMAIL);
        }
        String packed = text.replace(" ", "");
        if (Character.isLetter(packed.charAt(0)) && IBANValidator.getInstance().isValid(packed)) {
            return Optional.of(IBAN);
        }
        if (nationalId(text, packed)) {
            return Optional.of(NATIONAL_ID);
        }
        if (DIGITS.matcher(text).matches() && CARDS.isValid(packed.replace("-", ""))) {
            return Optional.of(CARD);
        }
        if (NORTH_AMERICA.matcher(text).matches()
                || (INTERNATIONAL.matcher(text).matches()
                        && text.chars().filter(Character::isDigit).count() <= 15)) {
            return Optional.of(PHONE);
        }
        return Optional.empty();
    }

    private static boolean nationalId(String text, String packed) {
        return UNITED_STATES.matcher(text).matches()
                || UNITED_KINGDOM.matcher(text).matches()
                || (SWITZERLAND.matcher(text).matches()
                        && EAN13CheckDigit.EAN13_CHECK_DIGIT.isValid(text.replace(".", "")))
                || (FRANCE.matcher(packed).matches() && french(packed));
    }

    private static boolean french(String packed) {
        String number = packed.substring(0, 13);
        long digits = Long.parseLong(number.replace("2A", "19").replace("2B", "18"));
        return 97 - digits % 97 == Long.parseLong(packed.substring(13));
    }
}
