package dev.tegula.hibernate;

import static java.lang.annotation.ElementType.TYPE;
import static java.lang.annotation.RetentionPolicy.RUNTIME;

import java.lang.annotation.Documented;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.Target;

/**
 * Tells the audit trail of each insert, update and delete of this entity, in the same transaction: both are there, or neither, also
 * where it is rolled back to a savepoint. The action is the kind with {@code .insert}, {@code .update}, {@code .delete} or
 * {@code .upsert}, the subject the id as text, the detail of an update the names of the attributes that changed; never a value. Also
 * for the classes below.
 *
 * <p>Who did it is what the property {@code tegula.audit.actor} says, a {@code Supplier<String>}; without it {@code application}. The
 * database of the entity is that of Tegula's tables. What Hibernate does without events is not told: bulk {@code UPDATE} and
 * {@code DELETE}, native queries, and a change of a collection alone. Refused is a change outside of a transaction on a connection that
 * commits each statement, and on Hibernate 6.6 one by a {@code StatelessSession}, which that does not name to listeners.
 */
@Documented
@Inherited
@Target(TYPE)
@Retention(RUNTIME)
public @interface TellChanges {

    /** What the entity is in entries, for example {@code invoice}: 1 to 90 of a-z, 0-9, {@code .}, {@code _} and {@code -}. */
    String value();
}
