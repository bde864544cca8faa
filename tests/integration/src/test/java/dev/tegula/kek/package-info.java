/**
 * Keys that move between KEKs of different services on a database with data; {@code KekMoveTest} first. Not run on the
 * oldest Hibernate: no JPA is in it.
 */
@NullMarked
package dev.tegula.kek;

import org.jspecify.annotations.NullMarked;
