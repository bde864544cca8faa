package dev.tegula.kms.aws;

import dev.tegula.failure.ConfigurationException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The name of a key as configuration gives it, passed on to KMS as it is.
 *
 * @param value ARN, key id, alias name or ARN of an alias
 * @param alias whether it is an alias, which can be pointed at another key
 */
record KeyName(String value, boolean alias) {

    private static final String ID = "(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|mrk-[0-9a-f]{32})";
    private static final String ALIAS = "(?<alias>alias/[a-zA-Z0-9/_-]{1,250})";
    private static final Pattern LOCAL = Pattern.compile(ID + "|" + ALIAS);
    private static final Pattern ARN =
            Pattern.compile("arn:aws[a-z-]*:kms:(?<region>[a-z0-9-]+):[0-9]{12}:(?:key/" + ID + "|" + ALIAS + ")");

    /** @throws ConfigurationException for another form, or another region than the service's */
    static KeyName of(String key, String region) {
        Matcher local = LOCAL.matcher(key);
        if (local.matches()) {
            return new KeyName(key, local.group("alias") != null);
        }
        Matcher arn = ARN.matcher(key);
        if (!arn.matches()) {
            throw new ConfigurationException(
                    "An AWS KMS key is named by its ARN, its id, alias/NAME or the ARN of an alias, not `" + key
                            + "`.");
        }
        if (!arn.group("region").equals(region)) {
            throw new ConfigurationException(
                    "The key " + key + " is in " + arn.group("region") + ", but this AWS KMS is" + " configured for "
                            + region + ". Set its region, or for a multi-Region key name the replica there.");
        }
        return new KeyName(key, arn.group("alias") != null);
    }

    /** Whether the ARN in an answer can be this key's; an alias does not tell. */
    boolean mayBe(String arn) {
        return alias || arn.equals(value) || arn.endsWith(":key/" + value);
    }

    @Override
    public String toString() {
        return value;
    }
}
