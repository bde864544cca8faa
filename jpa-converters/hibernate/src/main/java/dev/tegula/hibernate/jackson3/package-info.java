/**
 * Encrypted attributes in the JSON of Jackson 3. Open {@link dev.tegula.hibernate.jackson3.EncryptedModule}. May use
 * {@code output}, {@code tegula-core} and Jackson 3.
 */
@NullMarked
package dev.tegula.hibernate.jackson3;

import org.jspecify.annotations.NullMarked;
