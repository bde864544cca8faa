package dev.tegula.test.servers;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The tests of this class start a PgBouncer: {@code pgbouncer} on the PATH, else what {@code tests/servers/install pgbouncer}
 * found. Where there is none, one line says so and the class is skipped; with CI=true or TEGULA_REQUIRE_SERVERS=true it fails.
 */
@Documented
@Inherited
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(ServerCondition.class)
public @interface NeedsPgBouncer {}
