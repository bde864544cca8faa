package dev.tegula.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.failure.CannotOpenException;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.DeniedException;
import dev.tegula.failure.IntegrityException;
import dev.tegula.failure.KeyUnknownException;
import dev.tegula.failure.MalformedException;
import dev.tegula.failure.RefusedException;
import dev.tegula.failure.UnavailableException;
import dev.tegula.failure.ValueException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ExitTest {

    @Test
    void codes_areTheOnesOfTheManual() {
        assertThat(Arrays.stream(Exit.values()).map(Exit::code))
                .containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 129, 130, 143);
    }

    @Test
    void of_eachFailure_isItsCode() {
        assertThat(Exit.of(new DeniedException("x"))).isEqualTo(Exit.DENIED);
        assertThat(Exit.of(new UnavailableException("x"))).isEqualTo(Exit.UNAVAILABLE);
        assertThat(Exit.of(new IntegrityException("x"))).isEqualTo(Exit.UNVERIFIED);
        assertThat(Exit.of(new CannotOpenException("x"))).isEqualTo(Exit.UNVERIFIED);
        assertThat(Exit.of(ValueException.malformed("x"))).isEqualTo(Exit.UNVERIFIED);
        assertThat(Exit.of(new ConfigurationException("x"))).isEqualTo(Exit.CONFIGURATION);
        assertThat(Exit.of(new KeyUnknownException("x"))).isEqualTo(Exit.CONFIGURATION);
        assertThat(Exit.of(new RefusedException("code", "x"))).isEqualTo(Exit.REFUSED);
        assertThat(Exit.of(new UsageException("x"))).isEqualTo(Exit.USAGE);
        assertThat(Exit.of(new IllegalStateException("x"))).isEqualTo(Exit.BUG);
    }

    @Test
    void of_malformedStoredBytes_isUnverified_ofMalformedInput_isConfiguration() {
        assertThat(Exit.of(new MalformedException(MalformedException.Kind.NOT_AN_ENVELOPE, "x")))
                .isEqualTo(Exit.UNVERIFIED);
        assertThat(Exit.of(new MalformedException(MalformedException.Kind.INPUT, "x")))
                .isEqualTo(Exit.CONFIGURATION);
    }
}
