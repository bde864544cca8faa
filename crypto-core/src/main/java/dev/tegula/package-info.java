/**
 * What an application uses: {@link dev.tegula.Tegula} holds the keys, {@link dev.tegula.FieldCipher} encrypts the values
 * of one field. May use every other package of this module.
 */
@NullMarked
package dev.tegula;

import org.jspecify.annotations.NullMarked;
