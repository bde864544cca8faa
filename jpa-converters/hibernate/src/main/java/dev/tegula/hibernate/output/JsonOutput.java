package dev.tegula.hibernate.output;

import dev.tegula.failure.ConfigurationException;
import java.util.Arrays;
import java.util.Locale;

/** What Jackson does with an encrypted attribute that has no annotation of Jackson which asks for it. */
public enum JsonOutput {

    /** Leaves it out: neither its name nor its value is written. */
    OMIT,

    /** Refuses to write its class, with a message that names the attribute. */
    FAIL,

    /** Writes it like any other. */
    INCLUDE;

    /**
     * The one that a setting names, in any case.
     *
     * @throws ConfigurationException for another word
     */
    public static JsonOutput of(String word) {
        return Arrays.stream(values())
                .filter(one -> one.name().equalsIgnoreCase(word))
                .findFirst()
                .orElseThrow(() -> new ConfigurationException("tegula.json = " + word.toLowerCase(Locale.ROOT)
                        + " is not known. Expected omit (encrypted attributes are left out of JSON), fail (writing them is"
                        + " refused) or include."));
    }

    /** What to say when an attribute is not to be written. */
    public static String refused(String attribute) {
        return attribute
                + " is encrypted, and JSON would show it (tegula.json = fail). Leave it out with @JsonIgnore, or"
                + " put @JsonProperty on the attribute to write it on purpose.";
    }

    /** What to say of an encrypted attribute that a class makes part of the form of its JSON. */
    public static String shown(String attribute, String annotation) {
        return attribute + " is encrypted, and " + annotation + " would show it in JSON. Name another attribute there.";
    }

    /** What to say of a document that leaves out what was left out of the one it answers. */
    public static String missing(Class<?> type, String property) {
        return "The document says nothing of `" + property + "` of " + type.getSimpleName()
                + ", which is encrypted and left"
                + " out of documents that are read. Written like this, its value would be lost. Send the value, or null to"
                + " delete it.";
    }
}
