package dev.tegula.config;

import dev.tegula.failure.ConfigurationException;
import java.util.Collection;
import java.util.List;

/** A name that is written as it should be, and is the name of nothing: the same failure for every kind and every command. */
public final class UnknownName {

    private static final int SHOWN = 20;

    private UnknownName() {}

    /**
     * Says what there is instead, and which of it was most likely meant.
     *
     * @param kind of the thing, for example {@code field}
     * @param where names of that kind come from
     * @param known those that are there
     */
    public static ConfigurationException of(String kind, String name, String where, Collection<String> known) {
        List<String> names = known.stream().distinct().sorted().toList();
        String has = names.isEmpty()
                ? "none"
                : String.join(", ", names.subList(0, Math.min(SHOWN, names.size())))
                        + (names.size() > SHOWN ? " and " + (names.size() - SHOWN) + " more" : "");
        return new ConfigurationException("Unknown " + kind + " `" + name + "`; " + where + " has " + has + "."
                + NameSuggestion.to(name, names)
                        .map(n -> " Did you mean `" + n + "`?")
                        .orElse(""));
    }
}
