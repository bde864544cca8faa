package dev.tegula.kms.aws;

import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.DeniedException;
import dev.tegula.kms.Kek;
import dev.tegula.kms.KekFinding;
import dev.tegula.kms.KekFinding.Grade;
import dev.tegula.kms.KekProbe;
import dev.tegula.kms.KekStatus;
import dev.tegula.kms.WrapContext;
import dev.tegula.kms.WrappedKey;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import software.amazon.awssdk.services.kms.model.KeyMetadata;

/**
 * Looks at a key and the way to it, and tries it on a value of no use, in at most six calls. Not to see the settings, or not
 * to be allowed what only an operator needs, is a note that names the right.
 */
final class KmsKeyCheck {

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Duration SKEW_TO_KNOW = Duration.ofSeconds(30);

    /** AWS refuses signatures from five minutes on. */
    private static final Duration SKEW_TO_MEND = Duration.ofMinutes(4);

    private final AwsKek kek;
    private final KeyName name;
    private final Connection connection;
    private final List<KekFinding> findings = new ArrayList<>();

    KmsKeyCheck(AwsKek kek, KeyName name, Connection connection) {
        this.kek = kek;
        this.name = name;
        this.connection = connection;
    }

    KekStatus status() {
        if (name.alias()) {
            findings.add(new KekFinding(
                    Grade.NOTE,
                    "key name",
                    name + " is an alias: pointed at another key, it opens nothing that this one wrapped",
                    "Name the key by its ARN in configuration."));
        }
        KeyMetadata metadata;
        try {
            metadata = kek.describe();
        } catch (DeniedException e) {
            findings.add(hidden("key settings", "kms:DescribeKey"));
            return tried(name.value(), "AWS KMS key " + name);
        }
        DescribedKey settings = new DescribedKey(metadata, kek.region());
        findings.addAll(settings.findings());
        String version = AwsKek.version(metadata.currentKeyMaterialId(), metadata.arn());
        if (!settings.fit()) {
            return finished(version, false, settings.detail());
        }
        findings.add(rotation(settings));
        return tried(version, settings.detail());
    }

    private KekFinding rotation(DescribedKey settings) {
        try {
            return settings.rotation(kek.rotation(settings.arn()));
        } catch (DeniedException e) {
            return hidden("rotation", "kms:GetKeyRotationStatus");
        } catch (ConfigurationException e) {
            return new KekFinding(Grade.NOTE, "rotation", "KMS cannot rotate a key of this kind by itself", "");
        }
    }

    /** Wraps, unwraps and rehearses a rewrap. */
    private KekStatus tried(String version, String detail) {
        byte[] value = new byte[Kek.ROOT_BYTES];
        RANDOM.nextBytes(value);
        WrapContext context = KekProbe.context();
        WrappedKey wrapped;
        try {
            wrapped = kek.wrap(value, context);
            kek.unwrap(wrapped, context);
        } catch (DeniedException e) {
            return finished(version, false, String.valueOf(e.getMessage()));
        }
        findings.add(
                KekFinding.good("rights", "kms:Encrypt and kms:Decrypt are allowed for " + KekProbe.SCOPE.field()));
        try {
            kek.rehearseRewrap(wrapped, context);
            findings.add(KekFinding.good("right to rewrap", "kms:ReEncryptFrom and kms:ReEncryptTo are allowed"));
        } catch (DeniedException e) {
            findings.add(new KekFinding(
                    Grade.NOTE,
                    "right to rewrap",
                    "kms:ReEncryptFrom or kms:ReEncryptTo is denied; an application needs neither",
                    "Allow both to the role that runs `tegula keys rewrap --all`."));
        }
        return finished(wrapped.kekVersion(), true, detail);
    }

    private KekStatus finished(String version, boolean usable, String detail) {
        connection.skew().ifPresent(skew -> findings.add(clock(skew)));
        connection.address().ifPresent(address -> findings.add(tls(address)));
        return new KekStatus(version, usable, detail, findings);
    }

    private static KekFinding clock(Duration skew) {
        Duration apart = skew.abs();
        if (apart.compareTo(SKEW_TO_KNOW) < 0) {
            return KekFinding.good("clock", "within " + SKEW_TO_KNOW.toSeconds() + " s of AWS's");
        }
        return new KekFinding(
                apart.compareTo(SKEW_TO_MEND) < 0 ? Grade.NOTE : Grade.WRONG,
                "clock",
                "this machine is " + apart.toSeconds() + " s " + (skew.isNegative() ? "behind" : "ahead of")
                        + " AWS, which refuses signatures from 300 s on",
                "timedatectl set-ntp true");
    }

    private static KekFinding tls(URI address) {
        String to = address.getScheme() + "://" + address.getAuthority();
        return address.getScheme().equals("https")
                ? KekFinding.good("connection", to + ", certificate and host name checked by this JVM")
                : new KekFinding(Grade.NOTE, "connection", to + " has no TLS: an emulator on this machine", "");
    }

    private static KekFinding hidden(String what, String action) {
        return new KekFinding(
                Grade.NOTE, what, "not to be seen: " + action + " is denied", "Allow " + action + " on this key.");
    }
}
