package dev.tegula.test.servers;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The tests of this class look at pages in a headless Chromium: by {@code chromedriver} on the PATH, else by what
 * {@code tests/servers/install chromium} found. Where there is none, one line says so and the class is skipped; with CI=true or
 * TEGULA_REQUIRE_SERVERS=true it fails.
 */
@Documented
@Inherited
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(ServerCondition.class)
public @interface NeedsChromium {}
