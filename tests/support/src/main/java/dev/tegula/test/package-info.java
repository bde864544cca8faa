/**
 * For tests of applications, {@link dev.tegula.test.TestTegula}: an engine with keys in memory. For tests of KMS adapters,
 * {@link dev.tegula.test.KmsContract}: what every adapter does. May use {@code tegula-core}.
 */
@NullMarked
package dev.tegula.test;

import org.jspecify.annotations.NullMarked;
