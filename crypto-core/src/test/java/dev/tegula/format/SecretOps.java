package dev.tegula.format;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tegula.cipher.RootKey;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.IntegrityException;
import dev.tegula.failure.MalformedException;
import dev.tegula.registry.RegistrySeal;
import dev.tegula.registry.Seal;
import dev.tegula.registry.SealDoor;
import dev.tegula.secret.Secret;
import dev.tegula.secret.SecretName;
import dev.tegula.secret.SecretNamespaces;
import dev.tegula.secret.SecretSeals;
import dev.tegula.secret.SecretVersion;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiPredicate;

/** Names, row ids and rows of secrets. */
final class SecretOps {

    private SecretOps() {}

    /** For the code a name outside every namespace is a matter of configuration; the page has one outcome for all. */
    static void name(VectorFile file) {
        List<String> namespaces = new ArrayList<>();
        file.input().required("namespaces").forEach(each -> namespaces.add(each.textValue()));
        SecretName name = new SecretName(file.text("name"));
        try {
            SecretName found = SecretNamespaces.of(namespaces).require(name);
            assertThat(found.value()).isEqualTo(file.expectedNode("namespace").textValue());
        } catch (ConfigurationException outside) {
            throw new MalformedException(MalformedException.Kind.INPUT, "outside");
        }
    }

    static void rowId(VectorFile file) {
        SecretName name = new SecretName(file.text("name"));
        assertThat(name.rowId(file.input().required("version").longValue()).bytes())
                .isEqualTo(file.expected("bytes"));
    }

    static void seal(VectorFile file) {
        verify(
                file,
                (seal, given) -> SecretSeals.genuine(seal, secret(file.input().required("row")), given));
    }

    static void versionSeal(VectorFile file) {
        verify(
                file,
                (seal, given) -> SecretSeals.genuine(seal, version(file.input().required("row")), given));
    }

    private static void verify(VectorFile file, BiPredicate<RegistrySeal, Seal> genuine) {
        try (RootKey root = file.keys().get(0).open()) {
            if (!genuine.test(SealDoor.under(root), Seal.copyOf(file.input("seal")))) {
                throw new IntegrityException("The seal does not verify.");
            }
        }
    }

    private static Secret secret(JsonNode row) {
        return new Secret(
                new SecretName(row.required("name").textValue()),
                new SecretName(row.required("namespace").textValue()),
                row.required("current").longValue(),
                Secret.State.valueOf(row.required("state").textValue()),
                row.required("rev").longValue(),
                instant(row.required("expiresMicros")),
                row.required("note").textValue(),
                instant(row.required("changedMicros")).orElseThrow());
    }

    private static SecretVersion version(JsonNode row) {
        JsonNode copied = row.required("copiedFrom");
        return new SecretVersion(
                new SecretName(row.required("name").textValue()),
                row.required("version").longValue(),
                new SecretName(row.required("namespace").textValue()),
                SecretVersion.State.valueOf(row.required("state").textValue()),
                copied.isNull() ? Optional.empty() : Optional.of(copied.longValue()),
                instant(row.required("createdMicros")).orElseThrow(),
                row.required("createdBy").textValue(),
                instant(row.required("destroyedMicros")),
                Optional.ofNullable(row.required("destroyedBy").textValue()));
    }

    private static Optional<Instant> instant(JsonNode micros) {
        return micros.isNull()
                ? Optional.empty()
                : Optional.of(Instant.EPOCH.plus(micros.longValue(), ChronoUnit.MICROS));
    }
}
