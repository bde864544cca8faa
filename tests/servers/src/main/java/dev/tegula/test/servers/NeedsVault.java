package dev.tegula.test.servers;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The tests of this class use a Vault: the one of TEGULA_TEST_VAULT_ADDR (with TEGULA_TEST_VAULT_TOKEN and
 * TEGULA_TEST_VAULT_CACERT), else {@code vault} or {@code bao} on the PATH, else what {@code tests/servers/install vault}
 * built, else a container. Where there is none, one line says so and the class is skipped; with CI=true or
 * TEGULA_REQUIRE_SERVERS=true it fails.
 */
@Documented
@Inherited
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(ServerCondition.class)
public @interface NeedsVault {

    /** Whether the tests stop or seal it ({@link VaultServer#open}): then an address in the environment does not do. */
    boolean own() default false;
}
