/** What an application carries that uses Tegula with Hibernate and Vault. */
@NullMarked
package dev.tegula.application;

import org.jspecify.annotations.NullMarked;
