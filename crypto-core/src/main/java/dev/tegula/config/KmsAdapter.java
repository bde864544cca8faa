package dev.tegula.config;

import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.TegulaException;
import dev.tegula.kms.ConfiguredKms;
import dev.tegula.kms.Kms;
import dev.tegula.kms.KmsProvider;
import dev.tegula.kms.KmsSettings;
import java.security.CodeSource;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One adapter on the class path. Somebody else may have written it: what it does against its contract is told as a failure
 * of that adapter, by name, and never taken for a bug of Tegula's. Its own messages are not quoted, they may hold anything.
 */
final class KmsAdapter {

    private final KmsProvider provider;
    private final String type;

    private KmsAdapter(KmsProvider provider, String type) {
        this.provider = provider;
        this.type = type;
    }

    /**
     * An adapter with a type that can stand in a configuration.
     *
     * @throws ConfigurationException if it has none
     */
    static KmsAdapter of(KmsProvider provider) {
        String type = new KmsAdapter(provider, "").answer("type()", provider::type);
        KmsAdapter adapter = new KmsAdapter(provider, type);
        if (!type.matches("[a-z][a-z0-9]*(-[a-z0-9]+)*")) {
            throw new ConfigurationException("The KMS adapter " + adapter + " has a type that is none: lower-case"
                    + " letters, digits and hyphens were expected, with a letter first.");
        }
        return adapter;
    }

    String type() {
        return type;
    }

    /** Reads its settings. */
    ConfiguredKms read(KmsSettings settings) {
        return new Checked(answer("read(settings)", () -> provider.read(settings)));
    }

    /** Whether it is a module of Tegula, whose unforeseen failures are bugs of Tegula. */
    private boolean ofUs() {
        return provider.getClass().getName().startsWith("dev.tegula.");
    }

    /** What the adapter answered, or its failure. */
    <T> T answer(String call, Supplier<? extends @Nullable T> asked) {
        @Nullable T answer;
        try {
            answer = asked.get();
        } catch (TegulaException e) {
            throw e;
        } catch (RuntimeException | LinkageError e) {
            throw new ConfigurationException(
                    "The KMS adapter " + this + " failed in " + call + ": " + reason(e)
                            + ". Its author should see the stack, which TEGULA_DEBUG=1 prints.",
                    e);
        }
        if (answer == null) {
            throw new ConfigurationException("The KMS adapter " + this + " answered null to " + call
                    + ", against its contract. Its author must mend that.");
        }
        return answer;
    }

    /** The kind of a failure; of a class that is missing, its name, too. */
    static String reason(Throwable e) {
        return e instanceof NoClassDefFoundError missing
                ? "the class " + missing.getMessage()
                        + " is missing, or fails when it is loaded; is its jar on the class" + " path?"
                : e.getClass().getName();
    }

    /** Class and jar: two of one type may have one simple name. */
    @Override
    public String toString() {
        CodeSource source = provider.getClass().getProtectionDomain().getCodeSource();
        return provider.getClass().getName()
                + (source == null || source.getLocation() == null
                        ? ""
                        : " (" + source.getLocation().getPath() + ")");
    }

    /** What the adapter has read, held to its contract, too. */
    private final class Checked implements ConfiguredKms {

        private final ConfiguredKms configured;

        Checked(ConfiguredKms configured) {
            this.configured = configured;
        }

        @Override
        public Kms open() {
            Kms kms = answer("open()", configured::open);
            return ofUs() ? kms : new CheckedKms(KmsAdapter.this, kms);
        }

        @Override
        public String cure(String key) {
            return answer("cure(key)", () -> configured.cure(key));
        }

        @Override
        public List<Prepared> prepare(boolean first, Runnable changing) {
            return answer("prepare(first, changing)", () -> configured.prepare(first, changing));
        }

        @Override
        public String toString() {
            return type;
        }
    }
}
