package dev.tegula.kms.aws;

import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.DeniedException;
import dev.tegula.kms.KekFinding;
import dev.tegula.kms.KekFinding.Grade;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.kms.model.ExpirationModelType;
import software.amazon.awssdk.services.kms.model.GetKeyRotationStatusResponse;
import software.amazon.awssdk.services.kms.model.KeyManagerType;
import software.amazon.awssdk.services.kms.model.KeyMetadata;
import software.amazon.awssdk.services.kms.model.KeySpec;
import software.amazon.awssdk.services.kms.model.KeyState;
import software.amazon.awssdk.services.kms.model.KeyUsageType;
import software.amazon.awssdk.services.kms.model.MultiRegionKey;
import software.amazon.awssdk.services.kms.model.OriginType;

/** What DescribeKey says, judged. */
final class DescribedKey {

    private final KeyMetadata key;
    private final String region;

    DescribedKey(KeyMetadata key, String region) {
        this.key = key;
        this.region = region;
    }

    /** Whether it can be used as it is. */
    boolean fit() {
        return enabled() && symmetric();
    }

    /**
     * For who is about to wrap.
     *
     * @throws DeniedException if it is not enabled
     * @throws ConfigurationException if it is of another kind
     */
    void requireFit() {
        if (!symmetric()) {
            throw new ConfigurationException("AWS KMS key " + key.arn() + " is " + kind()
                    + "; only SYMMETRIC_DEFAULT for ENCRYPT_DECRYPT binds context, so nothing is wrapped under it. Make one: "
                    + "aws kms create-key --region " + region);
        }
        if (!enabled()) {
            throw new DeniedException("AWS KMS key " + key.arn() + " is " + state()
                    + ", so nothing is wrapped under it. " + stateCure(key.keyState()));
        }
    }

    /** In state Updating a key works on. */
    private boolean enabled() {
        return key.keyState() == KeyState.ENABLED || key.keyState() == KeyState.UPDATING;
    }

    /** The one spec that takes a context. Its only usage is ENCRYPT_DECRYPT; a service that says otherwise is not believed. */
    private boolean symmetric() {
        return key.keySpec() == KeySpec.SYMMETRIC_DEFAULT
                && (key.keyUsage() == null || key.keyUsage() == KeyUsageType.ENCRYPT_DECRYPT);
    }

    String arn() {
        return key.arn();
    }

    String detail() {
        return "AWS KMS key " + key.arn() + ", " + kind() + ", " + state();
    }

    List<KekFinding> findings() {
        return List.of(stateFinding(), kindFinding(), originFinding(), managerFinding(), regionFinding());
    }

    private String state() {
        return key.keyState() == KeyState.PENDING_DELETION && key.deletionDate() != null
                ? "to be deleted at " + key.deletionDate()
                : String.valueOf(key.keyStateAsString());
    }

    private String kind() {
        return key.keySpecAsString() + (key.keyUsage() == null ? "" : " for " + key.keyUsageAsString());
    }

    private KekFinding stateFinding() {
        return enabled()
                ? KekFinding.good("key state", state())
                : new KekFinding(Grade.WRONG, "key state", state(), stateCure(key.keyState()));
    }

    private String stateCure(@Nullable KeyState state) {
        if (state == KeyState.DISABLED) {
            return command("enable-key");
        }
        if (state == KeyState.PENDING_DELETION) {
            return command("cancel-key-deletion") + " && " + command("enable-key");
        }
        return state == KeyState.PENDING_IMPORT
                ? "Import its key material again."
                : "Wait until it is enabled, and look at its key store.";
    }

    private KekFinding kindFinding() {
        return symmetric()
                ? KekFinding.good("key kind", kind())
                : new KekFinding(
                        Grade.WRONG,
                        "key kind",
                        kind() + "; only SYMMETRIC_DEFAULT binds context",
                        "aws kms create-key --region " + region);
    }

    private KekFinding originFinding() {
        String origin = key.originAsString();
        if (key.origin() == OriginType.AWS_KMS) {
            return KekFinding.good("key origin", origin);
        }
        if (key.expirationModel() == ExpirationModelType.KEY_MATERIAL_EXPIRES) {
            return new KekFinding(
                    Grade.WRONG,
                    "key origin",
                    "imported key material that expires at " + key.validTo() + ": nothing opens after that",
                    "Import it again without an expiry.");
        }
        return new KekFinding(
                Grade.NOTE,
                "key origin",
                origin + ": that its key material lasts and can be reached is up to you, not to KMS",
                "");
    }

    private KekFinding managerFinding() {
        return key.keyManager() == KeyManagerType.AWS
                ? new KekFinding(
                        Grade.WRONG,
                        "key policy",
                        "managed by AWS: your policies do not govern it",
                        "aws kms create-key --region " + region)
                : KekFinding.good("key policy", "managed by account " + key.awsAccountId());
    }

    private KekFinding regionFinding() {
        if (!Boolean.TRUE.equals(key.multiRegion())) {
            return KekFinding.good("regions", region + " only");
        }
        String replicas = key.multiRegionConfiguration() == null
                ? "unknown regions"
                : key.multiRegionConfiguration().replicaKeys().stream()
                        .map(MultiRegionKey::region)
                        .sorted()
                        .collect(Collectors.joining(", "));
        return new KekFinding(
                Grade.NOTE,
                "regions",
                "a multi-Region key, also in " + (replicas.isEmpty() ? "no other region yet" : replicas)
                        + ": each region's policy governs what this key wrapped",
                "");
    }

    KekFinding rotation(GetKeyRotationStatusResponse status) {
        if (!Boolean.TRUE.equals(status.keyRotationEnabled())) {
            return new KekFinding(
                    Grade.NOTE, "rotation", "KMS does not rotate this key by itself", command("enable-key-rotation"));
        }
        return KekFinding.good(
                "rotation",
                "every " + (status.rotationPeriodInDays() == null ? "365" : status.rotationPeriodInDays()) + " days"
                        + (status.nextRotationDate() == null ? "" : ", next at " + status.nextRotationDate()));
    }

    private String command(String verb) {
        return "aws kms " + verb + " --region " + region + " --key-id " + key.arn();
    }
}
