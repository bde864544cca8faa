package dev.tegula.kms.aws;

/**
 * One call, as failures name it.
 *
 * @param action the right it needs, in IAM's words
 * @param key the key it is about
 * @param region where
 * @param field the field whose key it is about; empty for none
 */
record Call(String action, String key, String region, String field) {

    @Override
    public String toString() {
        return "AWS KMS, " + action + " with " + key + " in " + region + (field.isEmpty() ? "" : " for " + field);
    }
}
