/**
 * What the tests of Tegula and of its users share: keys in memory, a database, and the KMS contract suite.
 */
@NullMarked
package dev.tegula.test;

import org.jspecify.annotations.NullMarked;
