package dev.tegula.test.servers;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The tests of this class use an AWS KMS: the one of TEGULA_TEST_AWS_KMS_ENDPOINT, else {@code moto_server} on the PATH,
 * else what {@code tests/servers/install aws} installed, else a container. Where there is none, one line says so and the
 * class is skipped; with CI=true or TEGULA_REQUIRE_SERVERS=true it fails.
 */
@Documented
@Inherited
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(ServerCondition.class)
public @interface NeedsAwsKms {

    /** Whether the tests stop it ({@link AwsKmsServer#open}): then an address in the environment does not do. */
    boolean own() default false;
}
