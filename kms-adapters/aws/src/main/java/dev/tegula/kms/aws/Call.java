package dev.tegula.kms.aws;

import java.util.List;
import java.util.stream.Collectors;

/**
 * One call, as failures name it.
 *
 * @param action the rights it needs, in IAM's words
 * @param keys the key it is about, or the two
 * @param region where
 * @param field the field whose key it is about; empty for none
 */
record Call(String action, List<String> keys, String region, String field) {

    Call {
        keys = List.copyOf(keys);
    }

    /** The commands that show the keys. */
    String look() {
        return keys.stream()
                .map(key -> "`aws kms describe-key --region " + region + " --key-id " + key + "`")
                .collect(Collectors.joining(" and "));
    }

    @Override
    public String toString() {
        return "AWS KMS, " + action + " with " + String.join(" to ", keys) + " in " + region
                + (field.isEmpty() ? "" : " for " + field);
    }
}
