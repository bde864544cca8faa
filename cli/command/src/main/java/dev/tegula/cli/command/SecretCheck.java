package dev.tegula.cli.command;

import dev.tegula.cli.command.SecretFinding.Kind;
import dev.tegula.failure.MalformedException;
import dev.tegula.failure.RefusedException;
import dev.tegula.secret.Secret;
import dev.tegula.secret.SecretMoment;
import dev.tegula.secret.SecretName;
import dev.tegula.secret.SecretStore;
import dev.tegula.secret.SecretVersion;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Looks at secrets and references without opening a value: a gate that needs no right to decrypt. */
final class SecretCheck {

    /** So many are read in one statement: their values come with them. */
    private static final int TOGETHER = 16;

    private final SecretStore secrets;
    private final Instant now;
    private final @Nullable Duration ahead;
    private final @Nullable Duration oldest;
    private final List<SecretFinding> findings = new ArrayList<>();
    private int looked;

    SecretCheck(SecretStore secrets, Instant now, @Nullable Duration ahead, @Nullable Duration oldest) {
        this.secrets = secrets;
        this.now = now;
        this.ahead = ahead;
        this.oldest = oldest;
    }

    /** Each secret that is given out; those that are deleted are none. */
    void all(List<Secret> found) {
        List<Secret> live = found.stream()
                .filter(secret -> secret.state() == Secret.State.LIVE)
                .toList();
        for (int from = 0; from < live.size(); from += TOGETHER) {
            List<Secret> some = live.subList(from, Math.min(live.size(), from + TOGETHER));
            SecretMoment moment = secrets.moment(some.stream().map(Secret::name).toList(), List.of());
            for (Secret secret : some) {
                looked++;
                look(secret.name().value(), Optional.empty(), () -> moment.live(secret.name()));
            }
        }
    }

    /** What a variable refers to. */
    void reference(String variable, String said) {
        looked++;
        Optional<String> of = Optional.of(variable);
        try {
            SecretName name = new SecretName(said);
            if (secrets.namespaces().of(name).isEmpty()) {
                findings.add(new SecretFinding(said, Kind.MISSING, Optional.empty(), of));
                return;
            }
            look(said, of, () -> secrets.moment(List.of(name), List.of()).live(name));
        } catch (MalformedException missing) {
            findings.add(new SecretFinding(said, Kind.MISSING, Optional.empty(), of));
        }
    }

    /** What a start would be given, its current version included: a secret without that is no secret. */
    private void look(String said, Optional<String> variable, Supplier<Secret> given) {
        try {
            look(given.get(), variable);
        } catch (RefusedException e) {
            Kind kind = e.code().equals("secret-deleted") ? Kind.DELETED : Kind.MISSING;
            findings.add(new SecretFinding(said, kind, Optional.empty(), variable));
        }
    }

    private void look(Secret secret, Optional<String> variable) {
        String name = secret.name().value();
        if (secret.expired(now)) {
            findings.add(new SecretFinding(name, Kind.EXPIRED, secret.expires(), variable));
        } else if (ahead != null && secret.expired(now.plus(ahead))) {
            findings.add(new SecretFinding(name, Kind.EXPIRES, secret.expires(), variable));
        }
        if (oldest != null) {
            Instant made = made(secrets.history(secret.name()).versions());
            if (made.plus(oldest).isBefore(now)) {
                findings.add(new SecretFinding(name, Kind.OLD, Optional.of(made), variable));
            }
        }
    }

    /** When the value was put that is read now: a rollback makes no value new. */
    private static Instant made(List<SecretVersion> history) {
        SecretVersion version = history.get(history.size() - 1);
        while (version.copiedFrom().isPresent()) {
            version = history.get(Math.toIntExact(version.copiedFrom().get() - 1));
        }
        return version.created();
    }

    int looked() {
        return looked;
    }

    List<SecretFinding> findings() {
        return findings;
    }
}
