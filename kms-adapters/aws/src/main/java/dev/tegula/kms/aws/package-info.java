/**
 * Key-encryption keys in AWS KMS. Open {@link dev.tegula.kms.aws.AwsKms} first. Settings, rights and costs are described
 * in {@code docs/kms-aws.md}. May use {@code kms}, {@code envelope} and {@code failure} of the core.
 */
@NullMarked
package dev.tegula.kms.aws;

import org.jspecify.annotations.NullMarked;
