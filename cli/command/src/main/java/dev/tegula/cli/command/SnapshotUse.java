package dev.tegula.cli.command;

import dev.tegula.Tegula;
import dev.tegula.config.Configuration;
import dev.tegula.config.KekServices;
import dev.tegula.config.KekSettings;
import dev.tegula.config.UnknownName;
import dev.tegula.failure.MalformedException;
import dev.tegula.failure.RefusedException;
import dev.tegula.file.DurableFile;
import dev.tegula.file.FileDemands;
import dev.tegula.file.PrivateFile;
import dev.tegula.kms.Kek;
import dev.tegula.kms.Keks;
import dev.tegula.secret.SecretMoment;
import dev.tegula.secret.SecretName;
import dev.tegula.secret.SecretSnapshot;
import dev.tegula.secret.SecretValue;
import dev.tegula.secret.SnapshotFile;
import dev.tegula.secret.SnapshotTerms;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/** A snapshot on disk, and the one KEK that opens it: no other KMS of the configuration is asked. */
final class SnapshotUse {

    /** A snapshot of as many and as large values as anybody starts a program with. */
    private static final int LONGEST = 64 << 20;

    private final Configuration configuration;
    private final Path path;
    private final PrivateFile file;
    private final int longest;
    private final SecureRandom random = new SecureRandom();

    SnapshotUse(Configuration configuration, Path path) {
        this(configuration, path, LONGEST);
    }

    SnapshotUse(Configuration configuration, Path path, int longest) {
        this.configuration = configuration;
        this.path = path;
        this.longest = longest;
        this.file = new PrivateFile(
                "The snapshot " + path,
                path,
                "tegula secrets snapshot makes it.",
                new FileDemands(true, true, true, null, longest));
    }

    /** Whether it may be written: there is nothing, or a snapshot. */
    void requireReplaceable() {
        if (path.toFile().exists() && !SnapshotFile.begins(file.read())) {
            throw new RefusedException(
                    "file-exists", path + " is not a snapshot, so it is not overwritten. Name another file.");
        }
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            DurableFile.requireNew("The snapshot " + path, path);
        }
    }

    /** Opens the file, whose terms are verified by that; how old it is has not been looked at. The caller closes it. */
    SecretSnapshot open() {
        SnapshotFile parsed = parsed();
        try (KekServices services = new KekServices(configuration)) {
            return parsed.open(
                    configuration.deployment(), kek(services, parsed.terms().kek()), random);
        }
    }

    private SnapshotFile parsed() {
        try {
            return SnapshotFile.parse(file.read());
        } catch (MalformedException e) {
            throw new RefusedException("snapshot", path + " is no snapshot of secrets.");
        }
    }

    /**
     * Makes it again, with all secrets at and below its prefixes as they are now.
     *
     * @param tegula whose KEKs are open already
     * @param told hears of the values and the KEK before they are written
     */
    int write(Tegula tegula, SnapshotTerms terms, BiConsumer<Collection<SecretValue>, String> told) {
        SecretMoment moment = tegula.secrets().moment(List.of(), terms.prefixes());
        Map<SecretName, SecretValue> values = new TreeMap<>();
        byte[] content = new byte[0];
        try {
            for (SecretName prefix : terms.prefixes()) {
                for (SecretName name : moment.names(prefix)) {
                    if (!values.containsKey(name)) {
                        values.put(name, moment.open(name));
                    }
                }
            }
            content = SnapshotFile.write(terms, List.copyOf(values.values()), kek(tegula, terms.kek()), random);
            requireReadable(content);
            told.accept(values.values(), terms.kek());
            file.replace(content);
            return values.size();
        } finally {
            Arrays.fill(content, (byte) 0);
            values.values().forEach(SecretValue::close);
        }
    }

    /** What this class would not read is not written. */
    private void requireReadable(byte[] content) {
        if (content.length > longest) {
            throw new RefusedException(
                    "snapshot",
                    "The secrets need " + content.length + " bytes, and a snapshot has at most " + longest
                            + ". Make several, each of fewer prefixes; " + path + " stays as it was.");
        }
    }

    /** Replaces it by one of the same terms, made now. */
    void refresh(Tegula tegula, Instant now, BiConsumer<Collection<SecretValue>, String> told) {
        SnapshotFile parsed = parsed();
        SnapshotTerms terms;
        try (SecretSnapshot old = parsed.open(
                configuration.deployment(), kek(tegula, parsed.terms().kek()), random)) {
            terms = old.terms();
        }
        write(tegula, terms.made(now), told);
    }

    private Kek kek(Tegula tegula, String alias) {
        Keks.Binding binding = tegula.keks().bindings().get(alias);
        if (binding == null) {
            throw unknown(alias);
        }
        return binding.kek();
    }

    private Kek kek(KekServices services, String alias) {
        KekSettings settings = configuration.keks().get(alias);
        if (settings == null) {
            throw unknown(alias);
        }
        return services.binding(settings).kek();
    }

    private RuntimeException unknown(String alias) {
        return UnknownName.of("KEK", alias, "tegula.keks", configuration.keks().keySet());
    }
}
