package dev.tegula.cli.command;

import dev.tegula.cli.config.AwsSettings;
import dev.tegula.cli.config.Durations;
import dev.tegula.cli.config.KmsSettings;
import dev.tegula.cli.config.TinkSettings;
import dev.tegula.cli.config.VaultLogin;
import dev.tegula.cli.config.VaultSettings;
import dev.tegula.cli.output.UsageException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of {@code init} that choose the KMS of a new configuration: a keyset in a file, unless an address says another. */
final class InitKms {

    private static final Duration TIMEOUT = Durations.parse("timeout", "2s");

    @Option(
            names = "--keyset",
            paramLabel = "FILE",
            description = "Keyset file (default: ${DEFAULT-VALUE}, beside the configuration).")
    Path keyset = Path.of("tegula.keyset");

    @Option(
            names = "--passphrase-file",
            paramLabel = "FILE",
            description = "Its passphrase (default: ${DEFAULT-VALUE}, beside the configuration).")
    Path passphraseFile = Path.of("tegula.passphrase");

    @Option(
            names = "--key",
            paramLabel = "NAME",
            description = "Name of the key in Vault, or id, ARN or alias of the key in AWS KMS.")
    String key = "";

    @Option(
            names = "--vault",
            paramLabel = "URL",
            converter = Address.class,
            description = "Address of a Vault or OpenBao instead of a keyset.")
    @Nullable
    URI vault;

    @Option(names = "--vault-namespace", paramLabel = "NAME", description = "Its namespace.")
    @Nullable
    String namespace;

    @Option(
            names = "--vault-mount",
            paramLabel = "PATH",
            description = "Where its transit engine is (default: ${DEFAULT-VALUE}).")
    String mount = "transit";

    @Option(names = "--vault-ca-file", paramLabel = "FILE", description = "Certificates that its own leads to, in PEM.")
    @Nullable
    Path caFile;

    @Option(names = "--vault-token-file", paramLabel = "FILE", description = "Log in with a token, mode 0600.")
    @Nullable
    Path tokenFile;

    @Option(names = "--vault-role-id", paramLabel = "ID", description = "Log in with an AppRole.")
    @Nullable
    String roleId;

    @Option(names = "--vault-secret-id-file", paramLabel = "FILE", description = "Its secret id, mode 0600.")
    @Nullable
    Path secretIdFile;

    @Option(names = "--vault-wrapped", description = "The file holds the token that wraps the secret id.")
    boolean wrapped;

    @Option(
            names = "--vault-kubernetes-role",
            paramLabel = "ROLE",
            description = "Log in with the service account of the pod.")
    @Nullable
    String kubernetesRole;

    @Option(names = "--aws-region", paramLabel = "REGION", description = "Region of an AWS KMS instead of a keyset.")
    @Nullable
    String region;

    @Option(
            names = "--aws-endpoint",
            paramLabel = "URL",
            converter = Address.class,
            description = "A VPC endpoint, or an emulator.")
    @Nullable
    URI endpoint;

    /**
     * What the options say.
     *
     * @throws UsageException for a combination that says nothing, naming what is missing
     */
    KmsSettings settings() {
        if (vault != null && region != null) {
            throw new UsageException("--vault or --aws-region: a new configuration begins with one KMS.");
        }
        if (vault != null) {
            return new VaultSettings(
                    "vault",
                    vault,
                    Optional.ofNullable(namespace),
                    mount,
                    Optional.ofNullable(caFile).map(InitKms::anywhere),
                    TIMEOUT,
                    login());
        }
        if (region != null) {
            return new AwsSettings("aws", region, Optional.ofNullable(endpoint), TIMEOUT);
        }
        if (!logins().isEmpty() || namespace != null || caFile != null || endpoint != null || !key.isEmpty()) {
            throw new UsageException("Which KMS? --vault URL or --aws-region REGION is missing.");
        }
        return new TinkSettings("local", keyset, passphraseFile);
    }

    /**
     * The KMS's own name of the KEK.
     *
     * @throws UsageException if it is missing
     */
    String key() {
        if (vault == null && region == null) {
            return "primary";
        }
        if (key.isEmpty()) {
            throw new UsageException("--key NAME is missing: which key of "
                    + (vault != null ? "the transit engine? See docs/kms-vault.md." : "AWS KMS? See docs/kms-aws.md."));
        }
        return key;
    }

    private VaultLogin login() {
        List<VaultLogin> logins = logins();
        if (logins.size() != 1) {
            throw new UsageException((logins.isEmpty() ? "No login for the Vault" : "More than one login for the Vault")
                    + ": say one of --vault-token-file FILE, --vault-role-id ID with --vault-secret-id-file FILE,"
                    + " --vault-kubernetes-role ROLE.");
        }
        return logins.get(0);
    }

    private List<VaultLogin> logins() {
        List<VaultLogin> logins = new ArrayList<>();
        if (tokenFile != null) {
            logins.add(new VaultLogin.Token(anywhere(tokenFile)));
        }
        if (roleId != null && secretIdFile != null) {
            logins.add(new VaultLogin.AppRole(roleId, anywhere(secretIdFile), wrapped, Optional.empty()));
        } else if (roleId != null || secretIdFile != null || wrapped) {
            throw new UsageException("An AppRole needs both --vault-role-id ID and --vault-secret-id-file FILE.");
        }
        if (kubernetesRole != null) {
            logins.add(new VaultLogin.Kubernetes(kubernetesRole, Optional.empty(), Optional.empty()));
        }
        return logins;
    }

    /** As it can stand in a file of another folder. */
    private static Path anywhere(Path file) {
        return file.toAbsolutePath().normalize();
    }
}
