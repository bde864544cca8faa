package dev.tegula.cli.command;

import dev.tegula.cli.output.UsageException;
import dev.tegula.cli.setup.NewKms;
import dev.tegula.config.Profile;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of {@code init} that choose the KMS of a new configuration: a keyset in a file, unless an address says another. */
final class InitKms {

    private static final String TIMEOUT = "2s";

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
            description = "Name of the key in Vault or another KMS; id, ARN or alias of the key in AWS KMS.")
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

    @Option(
            names = "--kms-type",
            paramLabel = "TYPE",
            description = "Type of another KMS, whose adapter is on the class path beside this program.")
    @Nullable
    String type;

    @Option(
            names = "--kms-setting",
            paramLabel = "NAME=VALUE",
            converter = NamedWord.Converter.class,
            description = "A setting of it; say it once for each. Files in it are beside the configuration.")
    List<NamedWord> own = new ArrayList<>();

    /**
     * What the options say.
     *
     * @throws UsageException for a combination that says nothing, naming what is missing
     */
    NewKms settings(Profile profile) {
        if (Stream.of(vault, region, type).filter(Objects::nonNull).count() > 1) {
            throw new UsageException((type == null ? "--vault or --aws-region" : "--vault, --aws-region or --kms-type")
                    + ": a new configuration begins with one KMS.");
        }
        if (type != null) {
            NewKms kms = NewKms.of(type, type, "");
            for (Map.Entry<String, String> setting :
                    NamedWord.once("--kms-setting", own).entrySet()) {
                kms = kms.with(setting.getKey(), setting.getValue());
            }
            return kms;
        }
        if (!own.isEmpty()) {
            throw new UsageException("--kms-setting needs --kms-type TYPE: whose setting is it?");
        }
        if (vault != null) {
            return ofVault(vault);
        }
        if (region != null) {
            NewKms aws = NewKms.of("aws", "aws", "credentials: where the AWS SDK looks for them")
                    .with("region", region);
            return (endpoint == null ? aws : aws.with("endpoint", endpoint)).with("timeout", TIMEOUT);
        }
        if (!logins().isEmpty() || namespace != null || caFile != null || endpoint != null || !key.isEmpty()) {
            throw new UsageException("Which KMS? --vault URL, --aws-region REGION or --kms-type TYPE is missing.");
        }
        NewKms local = NewKms.keyset(keyset, passphraseFile);
        return profile == Profile.PRODUCTION
                ? local.with("allow-production", "true", "this host may hold the keys")
                : local;
    }

    /** The files that would be made, for a dry run. */
    String files() {
        return keyset() ? ", " + keyset + " and " + passphraseFile : "";
    }

    /**
     * The KMS's own name of the KEK.
     *
     * @throws UsageException if it is missing
     */
    String key() {
        if (keyset()) {
            return "primary";
        }
        if (key.isEmpty()) {
            throw new UsageException("--key NAME is missing: which key of "
                    + (type != null
                            ? "the KMS?"
                            : vault != null
                                    ? "the transit engine? See docs/kms-vault.md."
                                    : "AWS KMS? See docs/kms-aws.md."));
        }
        return key;
    }

    private boolean keyset() {
        return vault == null && region == null && type == null;
    }

    private NewKms ofVault(URI address) {
        NewKms settings =
                NewKms.of("vault", "vault", "Vault or OpenBao, transit engine").with("address", address);
        if (namespace != null) {
            settings = settings.with("namespace", namespace);
        }
        settings = settings.with("mount", mount);
        if (caFile != null) {
            settings = settings.with("ca-file", anywhere(caFile));
        }
        return login().apply(settings.with("timeout", TIMEOUT));
    }

    private UnaryOperator<NewKms> login() {
        List<UnaryOperator<NewKms>> logins = logins();
        if (logins.size() != 1) {
            throw new UsageException((logins.isEmpty() ? "No login for the Vault" : "More than one login for the Vault")
                    + ": say one of --vault-token-file FILE, --vault-role-id ID with --vault-secret-id-file FILE,"
                    + " --vault-kubernetes-role ROLE.");
        }
        return logins.get(0);
    }

    private List<UnaryOperator<NewKms>> logins() {
        List<UnaryOperator<NewKms>> logins = new ArrayList<>();
        Path token = tokenFile;
        if (token != null) {
            logins.add(kms -> kms.with("auth.method", "token").with("auth.token-file", anywhere(token)));
        }
        String role = roleId;
        Path secretId = secretIdFile;
        if (role != null && secretId != null) {
            logins.add(kms -> appRole(kms, role, secretId));
        } else if (role != null || secretId != null || wrapped) {
            throw new UsageException("An AppRole needs both --vault-role-id ID and --vault-secret-id-file FILE.");
        }
        String pod = kubernetesRole;
        if (pod != null) {
            logins.add(kms -> kms.with("auth.method", "kubernetes").with("auth.role", pod));
        }
        return logins;
    }

    private NewKms appRole(NewKms kms, String role, Path secretId) {
        NewKms login = kms.with("auth.method", "approle")
                .with("auth.role-id", role)
                .with("auth.secret-id-file", anywhere(secretId));
        return wrapped
                ? login.with("auth.wrapped", "true", "the file holds the token that wraps the secret id")
                : login;
    }

    /** As it can stand in a file of another folder. */
    private static Path anywhere(Path file) {
        return file.toAbsolutePath().normalize();
    }
}
