/**
 * The configuration tree {@code tegula}: one model, read strictly and with the origin of every setting, for
 * {@code tegula.yaml} and for the properties of a framework. Open {@link dev.tegula.config.Configuration} first. KMS adapters
 * read their own part, and are found by {@code KmsAdapters}. May use {@code dev.tegula}, {@code dev.tegula.secret}, {@code dev.tegula.keyring},
 * {@code dev.tegula.kms}, {@code dev.tegula.file} and {@code dev.tegula.failure}; nothing in the core uses it. It knows no format of a file and opens
 * no connection but those of a KMS, when it is asked to.
 */
@NullMarked
package dev.tegula.config;

import org.jspecify.annotations.NullMarked;
