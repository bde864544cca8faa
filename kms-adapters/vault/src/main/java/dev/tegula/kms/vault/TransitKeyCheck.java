package dev.tegula.kms.vault;

import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.DeniedException;
import dev.tegula.kms.KekFinding;
import dev.tegula.kms.KekFinding.Grade;
import dev.tegula.kms.KekProbe;
import dev.tegula.kms.KekStatus;
import io.github.jopenlibs.vault.json.Json;
import io.github.jopenlibs.vault.json.JsonArray;
import io.github.jopenlibs.vault.json.JsonObject;
import io.github.jopenlibs.vault.json.JsonValue;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Looks at a key, the rights to it and the way to it, and tries it. */
final class TransitKeyCheck {

    private static final Duration MOST_SKEW = Duration.ofSeconds(30);
    private static final Duration LEAST_CERTIFICATE = Duration.ofDays(14);

    private final VaultKek kek;
    private final Transit transit;
    private final AuthenticatedCalls calls;
    private final InstantSource clock;
    private final List<KekFinding> findings = new ArrayList<>();
    private @Nullable TransitKeySettings settings;

    TransitKeyCheck(VaultKek kek, Transit transit, AuthenticatedCalls calls, InstantSource clock) {
        this.kek = kek;
        this.transit = transit;
        this.calls = calls;
        this.clock = clock;
    }

    KekStatus status() {
        String unusable;
        try {
            unusable = unfitOrProbed();
        } catch (ConfigurationException | DeniedException e) {
            // If it was the login that was denied, the next look says so again.
            unusable = e.getMessage();
        }
        if (settings != null) {
            findings.addAll(SettingsFindings.of(settings, transit));
        }
        lookAtRights();
        lookAtToken();
        lookAtServer();
        lookAtTls();
        String newest = settings == null ? "" : Integer.toString(settings.latest());
        String fine = "transit key " + transit.mount() + "/" + transit.key() + " of Vault at " + transit.address()
                + (settings == null ? "" : ", " + settings.type() + ", derived");
        return new KekStatus(newest, unusable == null, unusable == null ? fine : unusable, findings);
    }

    /** Why the key must not be used; null if it may and does what it should. */
    private @Nullable String unfitOrProbed() {
        settings = kek.settings();
        if (settings == null || settings.unfit(transit) == null) {
            KekProbe.check(transit.key(), kek);
        }
        if (settings == null) {
            // The probe logs in again where a token is refused, and the next one may see more.
            settings = kek.settings();
        }
        return settings == null ? null : settings.unfit(transit);
    }

    private String policy(String name) {
        return transit.command("policy write tegula-" + name + " docs/policies/vault-" + name + ".hcl");
    }

    private void lookAtRights() {
        JsonArray paths = new JsonArray();
        List.of("encrypt", "decrypt", "rewrap").forEach(operation -> paths.add(transit.path(operation)));
        Answer answer = calls.askIfAllowed(
                Request.write("sys/capabilities-self", Map.of("paths", Json.parse(paths.toString()))));
        if (answer == null || !answer.ok()) {
            note(
                    "rights",
                    "not visible to this token",
                    "grant `update` on sys/capabilities-self; policy `default` does");
            return;
        }
        JsonObject data = answer.object("data");
        Set<String> encrypt = rights(data, "encrypt");
        if (encrypt.contains("root")) {
            wrong(
                    "rights",
                    "the token is root: it may do everything",
                    policy("application") + ", and a login that has this policy only");
            return;
        }
        update("wrap", encrypt, "encrypt", Grade.WRONG, "application");
        update("unwrap", rights(data, "decrypt"), "decrypt", Grade.WRONG, "application");
        update("rewrap", rights(data, "rewrap"), "rewrap", Grade.NOTE, "operator");
        if (encrypt.contains("create")) {
            wrong(
                    "create",
                    "a misspelt key name would make a new key without your settings",
                    policy("application") + ", or take `create` on " + transit.path("encrypt") + " from yours");
        } else {
            findings.add(KekFinding.good("create", "not granted"));
        }
    }

    private Set<String> rights(JsonObject data, String operation) {
        Set<String> granted = new HashSet<>();
        JsonValue listed = data.get(transit.path(operation));
        if (listed != null && listed.isArray()) {
            listed.asArray().forEach(right -> granted.add(right.asString()));
        }
        return granted;
    }

    private void update(String what, Set<String> granted, String operation, Grade without, String policy) {
        findings.add(
                granted.contains("update")
                        ? KekFinding.good(what, "granted")
                        : new KekFinding(
                                without,
                                what,
                                "`update` on " + transit.path(operation) + " is not granted",
                                policy(policy)));
    }

    private void lookAtToken() {
        Answer answer = calls.askIfAllowed(Request.read("auth/token/lookup-self"));
        if (answer == null || !answer.ok()) {
            note("token", "may not look at itself", "grant `read` on auth/token/lookup-self; policy `default` does");
            return;
        }
        JsonObject data = answer.object("data");
        Duration left = Duration.ofSeconds(data.getLong("ttl", 0));
        String policies = policies(data);
        if (left.isZero()) {
            note("token", "never ends; policies " + policies, "use a login whose tokens end");
        } else if (data.getBoolean("renewable", false)) {
            findings.add(KekFinding.good(
                    "token", "ends in " + left.toSeconds() + " s unless renewed; policies " + policies));
        } else {
            note(
                    "token",
                    "ends in " + left.toSeconds() + " s and cannot be renewed; policies " + policies,
                    "AppRole and Kubernetes log in again; a token in a file has to be replaced there");
        }
    }

    private static String policies(JsonObject data) {
        List<String> names = new ArrayList<>();
        JsonValue listed = data.get("policies");
        if (listed != null && listed.isArray()) {
            listed.asArray().forEach(name -> names.add(name.asString()));
        }
        return String.join(", ", names);
    }

    private void lookAtServer() {
        VaultRequests exchange = calls.exchange();
        Answer answer = exchange.ask(Request.health(), null, exchange.deadline());
        JsonObject health = answer.body();
        JsonValue seconds = health == null ? null : health.get("server_time_utc");
        if (health == null || seconds == null || !seconds.isNumber()) {
            note("server", "does not tell how it is (" + answer.status() + ")", "");
            return;
        }
        boolean standby = health.getBoolean("standby", false) || health.getBoolean("performance_standby", false);
        String version = health.getString("version", "of no known version");
        findings.add(KekFinding.good("server", version + (standby ? ", a standby" : ", active") + ", unsealed"));
        Duration skew = Duration.between(Instant.ofEpochSecond(seconds.asLong()), clock.instant());
        String detail = skew.toSeconds() + " s from the server's";
        if (skew.abs().compareTo(MOST_SKEW) > 0) {
            note("clock", detail, "let both machines take their time from NTP");
        } else {
            findings.add(KekFinding.good("clock", detail));
        }
    }

    private void lookAtTls() {
        Peer.@Nullable Tls tls = calls.exchange().peer().last();
        if (tls == null) {
            note("TLS", "none: http on this machine", "fine for an agent beside the application; else use https");
        } else if (tls.certificateEnds().isBefore(clock.instant().plus(LEAST_CERTIFICATE))) {
            note(
                    "TLS",
                    tls.protocol() + "; the certificate ends at " + tls.certificateEnds(),
                    "renew the certificate of the server");
        } else {
            findings.add(KekFinding.good("TLS", tls.protocol() + "; the certificate ends at " + tls.certificateEnds()));
        }
    }

    private void note(String what, String detail, String cure) {
        findings.add(new KekFinding(Grade.NOTE, what, detail, cure));
    }

    private void wrong(String what, String detail, String cure) {
        findings.add(new KekFinding(Grade.WRONG, what, detail, cure));
    }
}
