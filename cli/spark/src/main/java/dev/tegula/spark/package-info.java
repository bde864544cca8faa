/**
 * Runs the ranges of a planned re-encryption as tasks of Apache Spark. Open {@link dev.tegula.spark.SparkReencryption} first;
 * {@link dev.tegula.spark.SparkRanges} is the same for {@code spark-submit}. Spark says who runs a range; the database says who may
 * write it and whether it ended. May use {@code tegula-cli}, {@code tegula-operations} and {@code tegula-core}.
 */
@NullMarked
package dev.tegula.spark;

import org.jspecify.annotations.NullMarked;
