package dev.tegula.config;

/**
 * What the audit trail is told beside all changes.
 *
 * @param reads whether commands tell each read of a secret
 */
public record AuditSettings(boolean reads) {}
