/** What a user of {@code @Encrypted} sees, on real Hibernate and real PostgreSQL; {@code EncryptedTest} first. */
@NullMarked
package dev.tegula.hibernate;

import org.jspecify.annotations.NullMarked;
