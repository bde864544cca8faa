/**
 * Encrypted attributes in the JSON of Jackson 2. Open {@link dev.tegula.hibernate.jackson2.EncryptedModule}. May use
 * {@code output}, {@code tegula-core} and Jackson 2.
 */
@NullMarked
package dev.tegula.hibernate.jackson2;

import org.jspecify.annotations.NullMarked;
