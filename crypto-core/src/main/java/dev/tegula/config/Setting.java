package dev.tegula.config;

/**
 * One setting as {@code tegula config show} prints it.
 *
 * @param path where it stands, for example {@code tegula.keys.cache-ttl}
 * @param value its value after interpolation; never a secret, because none may stand in the file
 * @param origin {@code file}, {@code default}, or {@code environment NAME}
 */
public record Setting(String path, String value, String origin) {}
