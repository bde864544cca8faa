package dev.tegula.cli.command;

import dev.tegula.secret.SecretMoment;
import dev.tegula.secret.SecretName;
import dev.tegula.secret.SecretSnapshot;
import dev.tegula.secret.SecretStore;
import dev.tegula.secret.SecretValue;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Secrets as of one moment: of a database, or of a snapshot. */
interface SecretReads {

    /**
     * When a secret expires that is given out. Asks no KMS.
     *
     * @throws dev.tegula.failure.RefusedException if it is not
     */
    Optional<Instant> expires(SecretName name);

    /** The current value, which the caller closes. */
    SecretValue open(SecretName name);

    /**
     * The names at and below a prefix that are given out, in order.
     *
     * @throws dev.tegula.failure.IntegrityException if a row of one does not verify
     */
    List<SecretName> names(SecretName prefix);

    /** Where they are looked for, once it is known which. */
    @FunctionalInterface
    interface Place {
        SecretReads look(Collection<SecretName> names, Collection<SecretName> prefixes);
    }

    static Place of(SecretStore store) {
        return of(store, value -> {});
    }

    /**
     * The same.
     *
     * @param read hears of each value that is opened, and does not keep it
     */
    static Place of(SecretStore store, Consumer<SecretValue> read) {
        return (names, prefixes) -> of(store.moment(names, prefixes), read);
    }

    private static SecretReads of(SecretMoment moment, Consumer<SecretValue> read) {
        return new SecretReads() {
            @Override
            public Optional<Instant> expires(SecretName name) {
                return moment.live(name).expires();
            }

            @Override
            public SecretValue open(SecretName name) {
                SecretValue value = moment.open(name);
                read.accept(value);
                return value;
            }

            @Override
            public List<SecretName> names(SecretName prefix) {
                return moment.names(prefix);
            }
        };
    }

    /** What the file does not hold is said whatever the clock says; only then is its age looked at. */
    static Place of(SecretSnapshot snapshot, Instant now) {
        SecretReads reads = new SecretReads() {
            @Override
            public Optional<Instant> expires(SecretName name) {
                try (SecretValue value = snapshot.get(name)) {
                    return value.expires();
                }
            }

            @Override
            public SecretValue open(SecretName name) {
                return snapshot.get(name);
            }

            @Override
            public List<SecretName> names(SecretName prefix) {
                return snapshot.names(prefix);
            }
        };
        return (names, prefixes) -> {
            if (Stream.concat(names.stream(), prefixes.stream()).allMatch(snapshot.terms()::holds)) {
                snapshot.requireFresh(now);
            }
            return reads;
        };
    }
}
