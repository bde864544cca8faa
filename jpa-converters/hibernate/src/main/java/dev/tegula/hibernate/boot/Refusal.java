package dev.tegula.hibernate.boot;

import dev.tegula.failure.ConfigurationException;

/** The words of a refusal at boot. */
final class Refusal {

    private Refusal() {}

    static ConfigurationException of(String path, String reason) {
        return new ConfigurationException(path + " is encrypted, but " + reason + ".");
    }
}
