package dev.tegula.secret;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Optional;

/**
 * Who changes a secret, and on what condition.
 *
 * @param actor who does it, as people know them; 1 to 200 bytes, stored beside the version
 * @param ifVersion the current version that it must have for the change to be made; 0 for a secret that must not be there yet
 * @param ifRev the {@link Secret#rev} that it must have for that, so that also a deletion counts; 0 for a secret that must not be
 *     there yet
 * @param expiresIn how long after the change it expires; never without
 * @param note what people want to know about it, 0 to 500 bytes, not encrypted; without, the note stays
 */
public record SecretChange(
        String actor,
        Optional<Long> ifVersion,
        Optional<Long> ifRev,
        Optional<Duration> expiresIn,
        Optional<String> note) {

    /** Checks what it can without a database. */
    public SecretChange {
        requireNonNull(actor, "actor: say who changes it");
        SealedRow.requireLength("actor", actor, 1, SecretVersion.LONGEST_ACTOR);
        note.ifPresent(text -> SealedRow.requireLength("note", text, 0, Secret.LONGEST_NOTE));
    }

    /** A change on no condition, of a secret that does not expire. */
    public static SecretChange by(String actor) {
        return new SecretChange(actor, Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
    }

    /** The same, if the current version is this one; 0 if the secret is not there yet. */
    public SecretChange ifVersion(long version) {
        return new SecretChange(actor, Optional.of(version), ifRev, expiresIn, note);
    }

    /** The same, if nothing at all was changed since the secret had this rev; 0 if it is not there yet. */
    public SecretChange ifRev(long rev) {
        return new SecretChange(actor, ifVersion, Optional.of(rev), expiresIn, note);
    }

    /** The same of a value that expires. */
    public SecretChange expiresIn(Duration lifetime) {
        return new SecretChange(actor, ifVersion, ifRev, Optional.of(lifetime), note);
    }

    /** The same with a note in the place of the one that is there. */
    public SecretChange note(String text) {
        return new SecretChange(actor, ifVersion, ifRev, expiresIn, Optional.of(text));
    }
}
