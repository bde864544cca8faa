package dev.tegula.registry;

import java.time.Instant;
import java.util.UUID;

/**
 * What a running instance says of itself.
 *
 * @param id drawn at start
 * @param name host and process, for people
 * @param epoch the highest rev it works by
 * @param seenAt when it said so, by the database's clock when read
 */
public record InstanceReport(UUID id, String name, long epoch, Instant seenAt) {}
