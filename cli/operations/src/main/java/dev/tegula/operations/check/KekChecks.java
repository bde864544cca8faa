package dev.tegula.operations.check;

import dev.tegula.config.Configuration;
import dev.tegula.config.KekServices;
import dev.tegula.config.KekSettings;
import dev.tegula.config.UnknownName;
import dev.tegula.envelope.FieldId;
import dev.tegula.failure.TegulaException;
import dev.tegula.kms.KekFinding;
import dev.tegula.kms.KekStatus;
import dev.tegula.kms.Keks;
import dev.tegula.operations.check.CheckList.State;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Checks that every KEK can be reached, is set as it must be, wraps, and binds context. Each is probed once. */
final class KekChecks {

    private final CheckList checks;
    private final Configuration configuration;
    private final KekServices services;
    private final Map<String, Keks.Binding> opened = new LinkedHashMap<>();
    private final Map<String, TegulaException> closed = new LinkedHashMap<>();
    private final Map<String, String> versions = new LinkedHashMap<>();

    KekChecks(CheckList checks, Configuration configuration, KekServices services) {
        this.checks = checks;
        this.configuration = configuration;
        this.services = services;
    }

    /** Checks the KEKs of one KMS, or of all for an empty name. */
    CheckedKeks run(String kms) {
        if (!kms.isEmpty() && !configuration.kms().containsKey(kms)) {
            throw UnknownName.of("KMS", kms, "tegula.kms", configuration.kms().keySet());
        }
        List<KekSettings> asked = configuration.keks().values().stream()
                .filter(kek -> kms.isEmpty() || kek.kms().equals(kms))
                .toList();
        asked.forEach(this::open);
        Keks keks = opened.isEmpty() ? null : Keks.of(opened);
        for (KekSettings kek : asked) {
            KekStatus[] status = new KekStatus[1];
            boolean good = checks.check("KEK " + kek.alias(), cure(kek), () -> check(kek, keks, status));
            if (status[0] != null) {
                status[0].findings().forEach(finding -> add(kek, finding));
            }
            if (good) {
                versions.put(kek.alias(), status[0].newestVersion());
            }
        }
        unused(kms);
        return new CheckedKeks(keks, versions);
    }

    private void open(KekSettings kek) {
        try {
            opened.put(kek.alias(), services.binding(kek));
        } catch (TegulaException e) {
            closed.put(kek.alias(), e);
        }
    }

    /** An adapter that fails here fails no check: what is wrong with it is all that it has to say. */
    private String cure(KekSettings kek) {
        try {
            return Objects.requireNonNull(configuration.kms().get(kek.kms())).cure(kek.key());
        } catch (TegulaException e) {
            return String.valueOf(e.getMessage());
        }
    }

    private String check(KekSettings settings, @Nullable Keks keks, KekStatus[] found) {
        Keks.Binding binding = opened.get(settings.alias());
        if (keks == null || binding == null) {
            throw Objects.requireNonNull(closed.get(settings.alias()));
        }
        KekStatus status = binding.kek().status();
        found[0] = status;
        // Also of a key that is not usable: the failure of the probe says whether it is denied, unreachable or unfit.
        keks.kek(settings.alias(), FieldId.REGISTRY);
        if (!status.usable()) {
            throw CheckList.wrong("KEK `" + settings.alias() + "` cannot be used: " + status.detail());
        }
        return status.detail() + ", binds context";
    }

    private void add(KekSettings kek, KekFinding finding) {
        State state =
                switch (finding.grade()) {
                    case GOOD -> State.OK;
                    case NOTE -> State.NOTE;
                    case WRONG -> State.FAILED;
                };
        checks.add(state, "KEK " + kek.alias() + ": " + finding.what(), finding.detail(), finding.cure());
    }

    private void unused(String kms) {
        for (String name : configuration.kms().keySet()) {
            boolean used = configuration.keks().values().stream()
                    .anyMatch(kek -> kek.kms().equals(name));
            if (!used && (kms.isEmpty() || kms.equals(name))) {
                checks.add(State.NOTE, "KMS " + name, "no KEK under tegula.keks uses it, so it is not asked", "");
            }
        }
    }
}
