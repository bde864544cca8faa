package dev.tegula.registry;

import dev.tegula.envelope.KeyId;
import dev.tegula.envelope.Scope;
import dev.tegula.envelope.Suite;
import dev.tegula.kms.WrappedKey;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One row of {@code tegula_key}. All instants have microsecond precision, as the database keeps them.
 *
 * @param keyId commitment to key and scope; primary key
 * @param scope what it covers
 * @param version counts from 1 within the scope; a label, not the identity
 * @param suite the suite it serves
 * @param state where it is in its life
 * @param rev value of the registry's counter at the last change of this row; rises with every change of any row
 * @param provider vendor of the KEK
 * @param kekAlias configured name of the KEK
 * @param wrapped the wrapped root; absent exactly when DESTROYED
 * @param times when it was made, activated, retired, exported
 * @param seal MAC over all of the above; see {@link RegistrySeal}
 */
public record KeyRow(
        KeyId keyId,
        Scope scope,
        int version,
        Suite suite,
        KeyState state,
        long rev,
        String provider,
        String kekAlias,
        Optional<WrappedKey> wrapped,
        Times times,
        Seal seal) {

    /**
     * The instants of a key.
     *
     * @param created when its row was made
     * @param activated when it last became ACTIVE, or null
     * @param retired when it last became RETIRED, or null
     * @param exported when it was last backed up, or null if it was not since it was wrapped
     */
    public record Times(
            Instant created,
            @Nullable Instant activated,
            @Nullable Instant retired,
            @Nullable Instant exported) {
        /** Cuts to microseconds. */
        public Times {
            created = created.truncatedTo(ChronoUnit.MICROS);
            activated = activated == null ? null : activated.truncatedTo(ChronoUnit.MICROS);
            retired = retired == null ? null : retired.truncatedTo(ChronoUnit.MICROS);
            exported = exported == null ? null : exported.truncatedTo(ChronoUnit.MICROS);
        }

        Times withActivated(Instant at) {
            return new Times(created, at, null, exported);
        }

        Times withRetired(@Nullable Instant at) {
            return new Times(created, activated, at, exported);
        }

        Times withExported(@Nullable Instant at) {
            return new Times(created, activated, retired, at);
        }
    }

    KeyRow in(KeyState next, Times at) {
        return new KeyRow(keyId, scope, version, suite, next, rev, provider, kekAlias, wrapped, at, seal);
    }

    KeyRow withRev(long next) {
        return new KeyRow(keyId, scope, version, suite, state, next, provider, kekAlias, wrapped, times, seal);
    }

    KeyRow withVersion(int next) {
        return new KeyRow(keyId, scope, next, suite, state, rev, provider, kekAlias, wrapped, times, seal);
    }

    KeyRow withSeal(Seal next) {
        return new KeyRow(keyId, scope, version, suite, state, rev, provider, kekAlias, wrapped, times, next);
    }

    KeyRow withWrapped(String nextProvider, String alias, Optional<WrappedKey> next) {
        return new KeyRow(keyId, scope, version, suite, state, rev, nextProvider, alias, next, times, seal);
    }

    /** Scope and label, as messages name the key: {@code patient.ssn v2 (91be27d0)}. */
    public String name() {
        return scope + " " + label();
    }

    /** As people see it, for example {@code v2 (91be27d0)}. */
    public String label() {
        return "v" + version + " (" + keyId.shortHex() + ")";
    }
}
