package dev.tegula.kms.vault;

import io.github.jopenlibs.vault.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a transit key is set, as far as Tegula depends on it.
 *
 * @param minDecryption the lowest version that opens
 * @param minEncryption the lowest version that wraps; 0 for the newest only
 * @param autoRotate how often Vault adds a version by itself; zero for never
 */
record TransitKeySettings(
        String type,
        boolean derived,
        boolean exportable,
        boolean plaintextBackup,
        boolean deletable,
        boolean imported,
        int latest,
        int minDecryption,
        int minEncryption,
        Duration autoRotate) {

    private static final List<String> TYPES = List.of("aes256-gcm96", "chacha20-poly1305");

    static TransitKeySettings of(Answer answer, Request request) {
        JsonObject data = answer.object("data");
        return new TransitKeySettings(
                answer.require("data", "type", request),
                data.getBoolean("derived", false),
                data.getBoolean("exportable", true),
                data.getBoolean("allow_plaintext_backup", true),
                data.getBoolean("deletion_allowed", true),
                data.getBoolean("imported_key", false),
                data.getInt("latest_version", 0),
                data.getInt("min_decryption_version", 1),
                data.getInt("min_encryption_version", 0),
                Duration.ofSeconds(data.getLong("auto_rotate_period", 0)));
    }

    boolean typeFits() {
        return TYPES.contains(type);
    }

    /** Why nothing may be wrapped under it; null if it may. */
    @Nullable
    String unfit(Transit transit) {
        List<String> reasons = new ArrayList<>();
        if (!derived) {
            reasons.add("is not derived, so it would ignore what a wrapped key is bound to");
        }
        if (exportable) {
            reasons.add("is exportable, so it can leave Vault");
        }
        if (!typeFits()) {
            reasons.add("is of type " + type + ", which does not wrap 256-bit keys in context");
        }
        if (reasons.isEmpty()) {
            return null;
        }
        return "Transit key " + transit.key() + " of Vault at " + transit.address() + " "
                + String.join(", and ", reasons)
                + ". That cannot be undone; make another, name it under tegula.keks, and"
                + " move keys with `tegula keys rewrap --all`: " + transit.makeCommand(transit.key() + "-2");
    }
}
