/** Tests of re-encryption on a real server. */
@NullMarked
package dev.tegula.operations.reencrypt;

import org.jspecify.annotations.NullMarked;
