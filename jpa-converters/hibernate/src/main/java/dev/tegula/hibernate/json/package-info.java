/**
 * Records, other classes, maps and lists as JSON inside an envelope. Open
 * {@link dev.tegula.hibernate.json.JsonCodec} first. May use {@code tegula-core} and Jackson.
 */
@NullMarked
package dev.tegula.hibernate.json;

import org.jspecify.annotations.NullMarked;
