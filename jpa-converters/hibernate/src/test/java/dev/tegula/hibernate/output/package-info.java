/** Tests of what JSON shows of encrypted attributes. */
@NullMarked
package dev.tegula.hibernate.output;

import org.jspecify.annotations.NullMarked;
