package dev.tegula.cli.session;

import dev.tegula.TegulaBuilder;
import dev.tegula.cli.config.Configuration;
import dev.tegula.cli.config.KekSettings;
import dev.tegula.cli.config.KmsSettings;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.kms.Keks;
import dev.tegula.kms.Kms;
import dev.tegula.kms.tink.TinkKms;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The KMS behind each configured KEK, opened once each. */
public final class KekServices {

    private final Map<String, Kms> services = new LinkedHashMap<>();

    private KekServices() {}

    /** Opens every KMS that a KEK names. */
    public static KekServices open(Configuration configuration) {
        if (configuration.keks().isEmpty()) {
            throw new ConfigurationException("tegula.keks is empty in " + configuration.file()
                    + "; at least one KEK is needed, for example `main: { kms: local, key: primary, default: true }`.");
        }
        KekServices opened = new KekServices();
        try {
            for (KekSettings kek : configuration.keks().values()) {
                opened.services.computeIfAbsent(
                        kek.kms(), name -> open(configuration.kms().get(name)));
            }
            return opened;
        } catch (RuntimeException e) {
            opened.services.values().forEach(Kms::close);
            throw e;
        }
    }

    private static Kms open(@Nullable KmsSettings settings) {
        if (settings == null) {
            throw new IllegalStateException("The reader of the configuration lets no KEK without a KMS through.");
        }
        return TinkKms.open(settings.keyset(), settings.passphraseFile());
    }

    /** Gives them to an engine, which closes them from then on. */
    void addTo(TegulaBuilder builder, Configuration configuration) {
        configuration.keks().forEach((alias, kek) -> builder.kek(alias, service(kek), binding(kek)));
    }

    /** The KEKs alone, for work that needs no engine. */
    public Keks keks(Configuration configuration) {
        Map<String, Keks.Binding> bindings = new LinkedHashMap<>();
        configuration.keks().forEach((alias, kek) -> bindings.put(alias, binding(kek)));
        return Keks.of(bindings);
    }

    /** Closes what was opened and given to nobody. */
    public void close() {
        services.values().forEach(Kms::close);
    }

    private Keks.Binding binding(KekSettings kek) {
        return new Keks.Binding(service(kek).kek(kek.key()), kek.fields(), kek.preferred());
    }

    private Kms service(KekSettings kek) {
        Kms service = services.get(kek.kms());
        if (service == null) {
            throw new IllegalStateException("KMS " + kek.kms() + " was not opened.");
        }
        return service;
    }
}
