/** What an operator is promised, tried at random places: a short count in each build, a long one with {@code -Pproofs}. */
@NullMarked
package dev.tegula.operations.proofs;

import org.jspecify.annotations.NullMarked;
