package dev.tegula.spring;

/** Rows that a script such as {@code data.sql} wrote in clear. */
interface SeedRows {

    /**
     * Encrypts them.
     *
     * @throws dev.tegula.failure.TegulaException if one cannot be
     */
    void encrypt();
}
