package dev.tegula.cli.setup;

import dev.tegula.cli.config.AwsSettings;
import dev.tegula.cli.config.Configuration;
import dev.tegula.cli.config.KekSettings;
import dev.tegula.cli.config.KmsSettings;
import dev.tegula.cli.config.VaultSettings;

/** The command that shows more about a KEK that failed, in the words of its vendor. */
final class KmsCure {

    private KmsCure() {}

    static String of(Configuration configuration, KekSettings kek) {
        KmsSettings kms = configuration.kms().get(kek.kms());
        if (kms instanceof VaultSettings vault) {
            String address = " -address=" + vault.address();
            return "vault status" + address + " says whether it serves; vault token lookup" + address
                    + " whether a token does; vault read" + address + " " + vault.mount() + "/keys/" + kek.key()
                    + " how the key is";
        }
        if (kms instanceof AwsSettings aws) {
            return "aws sts get-caller-identity says who asks; aws kms describe-key --region " + aws.region()
                    + " --key-id " + kek.key() + " how the key is";
        }
        return "";
    }
}
