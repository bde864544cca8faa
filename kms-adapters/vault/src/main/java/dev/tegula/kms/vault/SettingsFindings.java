package dev.tegula.kms.vault;

import dev.tegula.kms.KekFinding;
import dev.tegula.kms.KekFinding.Grade;
import java.util.List;

/** What the settings of a transit key mean. */
final class SettingsFindings {

    private SettingsFindings() {}

    static List<KekFinding> of(TransitKeySettings settings, Transit transit) {
        String another = transit.makeCommand(transit.key() + "-2");
        return List.of(
                settings.derived()
                        ? KekFinding.good("derived", "binds context")
                        : wrong("derived", "ignores context; fixed when the key was made", another),
                settings.exportable()
                        ? wrong("exportable", "can leave Vault; cannot be undone", another)
                        : KekFinding.good("exportable", "no"),
                settings.plaintextBackup()
                        ? wrong("plaintext backup", "allowed; cannot be undone", another)
                        : KekFinding.good("plaintext backup", "not allowed"),
                settings.deletable()
                        ? wrong(
                                "deletion",
                                "allowed: one command loses every key under it",
                                config(transit, "deletion_allowed=false"))
                        : KekFinding.good("deletion", "not allowed"),
                settings.imported()
                        ? new KekFinding(Grade.NOTE, "origin", "imported: its maker may have kept a copy", another)
                        : KekFinding.good("origin", "made in Vault"),
                type(settings, another),
                versions(settings),
                settings.autoRotate().isZero()
                        ? new KekFinding(
                                Grade.NOTE, "rotation", "by hand only", config(transit, "auto_rotate_period=2160h"))
                        : KekFinding.good(
                                "rotation", "every " + settings.autoRotate().toHours() + " h"));
    }

    private static KekFinding type(TransitKeySettings settings, String another) {
        return settings.typeFits()
                ? KekFinding.good("type", settings.type())
                : wrong("type", settings.type() + " does not wrap 256-bit keys in context", another);
    }

    private static KekFinding versions(TransitKeySettings settings) {
        return KekFinding.good(
                "versions",
                settings.latest() + " wraps, " + Math.max(1, settings.minDecryption()) + " to " + settings.latest()
                        + " unwrap (min_decryption_version " + settings.minDecryption() + ", min_encryption_version "
                        + settings.minEncryption() + ")");
    }

    private static KekFinding wrong(String what, String detail, String cure) {
        return new KekFinding(Grade.WRONG, what, detail, cure);
    }

    private static String config(Transit transit, String setting) {
        return transit.command("write " + transit.keyPath() + "/config " + setting);
    }
}
