package dev.tegula.operations.secret;

import dev.tegula.Tegula;
import dev.tegula.TegulaBuilder;
import dev.tegula.keyring.KeyringSettings;
import dev.tegula.operations.live.LiveLab;
import dev.tegula.secret.SecretChange;
import dev.tegula.secret.SecretName;
import dev.tegula.secret.SecretStore;
import dev.tegula.secret.SecretValue;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A live database and an engine with two namespaces and two KEKs. */
abstract class SecretLab {

    static final SecretName KEY = new SecretName("app/prod/stripe-key");
    static final SecretName OTHER = new SecretName("app/prod/other");
    static final SecretChange ALICE = SecretChange.by("alice");

    LiveLab lab;
    Tegula tegula;
    SecretStore secrets;

    @BeforeEach
    void start() {
        lab = LiveLab.start(LiveLab.shortLease());
        lab.tegula.keyring().close(); // so that no other instance is waited for
        tegula = engine(LiveLab.shortLease(), "secrets");
        secrets = tegula.secrets();
    }

    @AfterEach
    void stop() {
        tegula.close();
        lab.close();
    }

    /** One more process. */
    Tegula engine(KeyringSettings settings, String instance) {
        return builder(settings, instance).build();
    }

    TegulaBuilder builder(KeyringSettings settings, String instance) {
        return Tegula.builder("lab")
                .kek("main", lab.kms, "main")
                .kek("spare", lab.kms, "spare")
                .secrets("app/prod", "main")
                .secrets("app/test", "spare")
                .registry(lab.database)
                .settings(settings)
                .instanceName(instance)
                .development();
    }

    void put(SecretName name, String value) {
        secrets.put(name, bytes(value), ALICE);
    }

    String text(SecretName name) {
        try (SecretValue value = secrets.get(name)) {
            return value.text();
        }
    }

    String text(SecretName name, long version) {
        try (SecretValue value = secrets.get(name, Optional.of(version))) {
            return value.text();
        }
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
