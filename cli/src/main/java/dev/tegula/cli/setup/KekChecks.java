package dev.tegula.cli.setup;

import dev.tegula.cli.config.Configuration;
import dev.tegula.cli.config.KekSettings;
import dev.tegula.cli.session.KekServices;
import dev.tegula.envelope.FieldId;
import dev.tegula.kms.Kek;
import dev.tegula.kms.KekStatus;
import dev.tegula.kms.Keks;

/** Checks that every KEK can be reached, wraps, and binds context. */
final class KekChecks {

    private final Examination examination;
    private final Configuration configuration;

    KekChecks(Examination examination, Configuration configuration) {
        this.examination = examination;
        this.configuration = configuration;
    }

    /** Checks the KEKs of one KMS, or of all for an empty name. */
    void run(String kms) {
        if (!kms.isEmpty() && !configuration.kms().containsKey(kms)) {
            throw Examination.wrong("There is no `" + kms + "` under tegula.kms; it has "
                    + configuration.kms().keySet() + ".");
        }
        for (KekSettings kek : configuration.keks().values()) {
            if (kms.isEmpty() || kek.kms().equals(kms)) {
                examination.check("KEK " + kek.alias(), () -> status(kek));
            }
        }
    }

    private String status(KekSettings settings) {
        KekServices services = KekServices.open(configuration);
        try {
            Keks keks = services.keks(configuration);
            Kek kek = keks.kek(settings.alias(), FieldId.REGISTRY);
            KekStatus status = kek.status();
            if (!status.usable()) {
                throw Examination.wrong("KEK `" + settings.alias() + "` cannot be used: " + status.detail());
            }
            return kek.provider() + ", version " + status.newestVersion() + ", binds context";
        } finally {
            services.close();
        }
    }
}
