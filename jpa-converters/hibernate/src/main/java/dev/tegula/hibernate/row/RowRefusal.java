package dev.tegula.hibernate.row;

import dev.tegula.failure.ConfigurationException;

/** The words of a refusal of {@code bind = ROW}. */
public final class RowRefusal {

    private RowRefusal() {}

    /** Of an attribute, for a reason with its cure. */
    public static ConfigurationException of(String attribute, String reason) {
        return new ConfigurationException(attribute + " has bind = ROW, but " + reason + "; or leave bind = ROW out.");
    }
}
