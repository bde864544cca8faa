/**
 * Which columns of which tables hold envelopes of which field. Open {@link dev.tegula.catalogue.EncryptedColumn} first.
 * The application's mapping writes the catalogue, the operations on live tables read it. May use {@code envelope},
 * {@code value} and {@code failure}.
 */
@NullMarked
package dev.tegula.catalogue;

import org.jspecify.annotations.NullMarked;
