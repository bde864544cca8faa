package dev.tegula.config;

import dev.tegula.keyring.KeyringSettings;
import java.time.Duration;
import java.util.Optional;

/**
 * How keys are made, cached and kept.
 *
 * @param createOnDemand whether the application may make keys too
 * @param cacheTtl how long a key is served without asking the KMS again
 * @param outageLimit how long cached keys serve when the KMS is down
 * @param writeLease how long a writer trusts what it knows of the ACTIVE key
 * @param backups how long backups are kept, if declared; destroying a key waits for it
 * @param changefeeds how long changefeeds are kept, if declared
 * @param maxAge how long new values may be written under one key, if declared; then it is due to be rotated
 */
public record KeySettings(
        boolean createOnDemand,
        Duration cacheTtl,
        Duration outageLimit,
        Duration writeLease,
        Optional<Duration> backups,
        Optional<Duration> changefeeds,
        Optional<Duration> maxAge) {

    /** How long keys serve in a process. */
    public KeyringSettings keyring() {
        KeyringSettings standard = KeyringSettings.defaults();
        return new KeyringSettings(
                        cacheTtl, outageLimit, standard.writeLease(), standard.writeLimit(), standard.maximumKeys())
                .withWriteLease(writeLease);
    }
}
