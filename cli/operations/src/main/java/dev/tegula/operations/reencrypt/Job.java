package dev.tegula.operations.reencrypt;

import dev.tegula.jdbc.TableName;
import java.util.UUID;

/**
 * A planned job.
 *
 * @param id its identity
 * @param table its table
 * @param ranges how many ranges it has, numbered from 0
 * @param total number of values under source keys when it was planned
 * @param estimated whether that was never counted, because the table is large
 */
public record Job(UUID id, TableName table, int ranges, long total, boolean estimated) {}
