package dev.tegula.demo;

import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/**
 * What the clinic knows of somebody; all invented.
 *
 * @param name stays readable in the database
 * @param ssn encrypted
 * @param born encrypted
 * @param address encrypted
 * @param notes encrypted; null for most healthy people
 */
record Person(
        String name,
        String ssn,
        LocalDate born,
        String address,
        @Nullable String notes) {}
