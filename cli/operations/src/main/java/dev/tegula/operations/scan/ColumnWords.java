package dev.tegula.operations.scan;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** What the name of a column, or of a member of JSON, says of what is in it: {@code e_mail}, {@code dateOfBirth}. */
final class ColumnWords {

    private static final Pattern HUMP = Pattern.compile("(?<=[a-z0-9])(?=[A-Z])");
    private static final Pattern GAP = Pattern.compile("[^a-z0-9]+");

    /** The last word of a name that speaks about the value and does not hold it. */
    private static final Pattern ABOUT = Pattern.compile(
            ".* (?:id|count|hash|digest|verified|confirmed|at|type|kind|flag|status|url|template|enabled"
                    + "|index|idx|length|size|version|policy|expires|expiry|label) ");

    private static final Map<PersonalData, Pattern> WORDS = words();

    private ColumnWords() {}

    private static Map<PersonalData, Pattern> words() {
        Map<PersonalData, Pattern> words = new LinkedHashMap<>();
        words.put(
                PersonalData.NATIONAL_ID,
                any(
                        "ssn|social security|national id|national insurance|nino|tax id|tax number|passport|personal number|ahv|nir"));
        words.put(PersonalData.EMAIL, any("email|e mail|mail address"));
        words.put(PersonalData.PHONE, any("phone|telephone|mobile|msisdn|fax|cell"));
        words.put(PersonalData.IBAN, any("iban"));
        words.put(PersonalData.CARD, any("card number|credit card|ccn|pan|cvv|cvc"));
        words.put(PersonalData.BIRTH_DATE, any("birth|birthday|birthdate|dob|born"));
        words.put(
                PersonalData.NAME,
                any(
                        "first name|firstname|last name|lastname|surname|given name|family name|full name|fullname|maiden name"));
        words.put(PersonalData.ADDRESS, any("street|address|postcode|postal code|zip|zip code"));
        words.put(PersonalData.HEALTH, any("diagnosis|allergy|allergies|disability|medication"));
        words.put(PersonalData.INCOME, any("salary|income|wage"));
        words.put(PersonalData.PRIVATE_KEY, any("private key"));
        words.put(PersonalData.TOKEN, any("access token|refresh token|api key|apikey|auth token"));
        words.put(PersonalData.PASSWORD, any("password|passwd|pwd|passphrase|secret"));
        return words;
    }

    private static Pattern any(String alternatives) {
        return Pattern.compile(" (?:" + alternatives + ") ");
    }

    private static final Pattern NO_ADDRESS = Pattern.compile(" (?:ip|mac|host|web|server) address | address book ");

    /** What it says; empty for names that say nothing, or only speak about such a value. */
    static Optional<PersonalData> of(String name) {
        String words = " "
                + GAP.matcher(HUMP.matcher(name).replaceAll(" ").toLowerCase(Locale.ROOT))
                        .replaceAll(" ")
                + " ";
        for (Map.Entry<PersonalData, Pattern> entry : WORDS.entrySet()) {
            if (entry.getValue().matcher(words).find()) {
                boolean itself = entry.getKey() == PersonalData.NATIONAL_ID && words.endsWith(" id ");
                boolean about = ABOUT.matcher(words).matches() && !itself;
                boolean other = entry.getKey() == PersonalData.ADDRESS
                        && NO_ADDRESS.matcher(words).find();
                return about || other ? Optional.empty() : Optional.of(entry.getKey());
            }
        }
        return Optional.empty();
    }
}
