package dev.tegula.keyring;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * How the opened keys are at one moment; for meters.
 *
 * @param opened how many keys are open
 * @param inOutage how many of them could not be opened again, and serve on from memory
 * @param untilOutageLimit how long the first of those that are in an outage serves on; empty if none is
 * @param lapsed how many are past that limit and serve no longer, until the KMS opens them again
 * @param leases how many scopes were written lately
 * @param oldestLease how long ago the ACTIVE key of any of those was read; empty without one
 * @param oldestKey when the oldest of those keys was made; empty without one
 */
public record KeyringState(
        int opened,
        int inOutage,
        Optional<Duration> untilOutageLimit,
        int lapsed,
        int leases,
        Optional<Duration> oldestLease,
        Optional<Instant> oldestKey) {}
