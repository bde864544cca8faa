package dev.tegula.it;

import static org.assertj.core.api.Assertions.assertThat;

import org.hibernate.Version;
import org.junit.jupiter.api.Test;

/** These classes run in two modules; each must meet the Hibernate it is named after. */
final class HibernateLineTest {

    @Test
    void getVersionString_inThisModule_isTheLineOfTheModule() {
        assertThat(Version.getVersionString()).isEqualTo(System.getProperty("tegula.test.hibernate"));
    }
}
