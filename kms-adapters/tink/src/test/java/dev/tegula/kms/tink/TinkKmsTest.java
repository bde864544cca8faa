package dev.tegula.kms.tink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.envelope.Purpose;
import dev.tegula.envelope.TenantId;
import dev.tegula.failure.CannotOpenException;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.DeniedException;
import dev.tegula.failure.MalformedException;
import dev.tegula.kms.Kek;
import dev.tegula.kms.KekProbe;
import dev.tegula.kms.WrapContext;
import dev.tegula.kms.WrappedKey;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TinkKmsTest {

    @TempDir
    static Path directory;

    private static TinkKms kms;
    private static Kek kek;

    @BeforeAll
    static void open() throws IOException {
        kms = TinkKms.open(Keysets.keyset(directory), Keysets.passphraseFile(directory));
        kek = kms.kek("primary");
    }

    @Test
    void unwrap_sameContext_givesTheRootBack() {
        WrappedKey wrapped = kek.wrap(Keysets.root(), Keysets.context());

        assertThat(kek.unwrap(wrapped, Keysets.context())).isEqualTo(Keysets.root());
        assertThat(wrapped.bytes()).hasSize(5 + 12 + 32 + 16);
        assertThat(wrapped.kekVersion()).isEqualTo(kek.status().newestVersion());
    }

    @Test
    void wrap_sameRootTwice_givesDifferentBytes() {
        assertThat(kek.wrap(Keysets.root(), Keysets.context()))
                .isNotEqualTo(kek.wrap(Keysets.root(), Keysets.context()));
    }

    @ParameterizedTest
    @MethodSource("otherContexts")
    void unwrap_oneComponentOfTheContextChanged_cannotOpen(WrapContext other) {
        WrappedKey wrapped = kek.wrap(Keysets.root(), Keysets.context());

        assertThatThrownBy(() -> kek.unwrap(wrapped, other)).isInstanceOf(CannotOpenException.class);
        assertThatThrownBy(() -> kek.rewrap(wrapped, other)).isInstanceOf(CannotOpenException.class);
    }

    static Stream<WrapContext> otherContexts() {
        TenantId north = TenantId.of("north");
        return Stream.of(
                Keysets.context("other", north, "patient.ssn", Purpose.DATA, 1),
                Keysets.context("clinic", TenantId.of("south"), "patient.ssn", Purpose.DATA, 1),
                Keysets.context("clinic", TenantId.none(), "patient.ssn", Purpose.DATA, 1),
                Keysets.context("clinic", north, "patient.born", Purpose.DATA, 1),
                Keysets.context("clinic", north, "patient.ssn", Purpose.INDEX, 1),
                Keysets.context("clinic", north, "patient.ssn", Purpose.DATA, 2));
    }

    @Test
    void unwrap_anyByteChanged_cannotOpen() {
        WrappedKey wrapped = kek.wrap(Keysets.root(), Keysets.context());
        for (int i = 0; i < wrapped.bytes().length; i++) {
            byte[] changed = wrapped.bytes();
            changed[i] ^= 1;
            WrappedKey forged = WrappedKey.copyOf(changed, wrapped.kekVersion());

            assertThatThrownBy(() -> kek.unwrap(forged, Keysets.context()))
                    .as("byte %d", i)
                    .isInstanceOf(CannotOpenException.class);
        }
    }

    @Test
    void unwrap_cutAnywhere_cannotOpen() {
        WrappedKey wrapped = kek.wrap(Keysets.root(), Keysets.context());
        for (int length = 0; length < wrapped.bytes().length; length++) {
            WrappedKey cut = WrappedKey.copyOf(Arrays.copyOf(wrapped.bytes(), length), wrapped.kekVersion());

            assertThatThrownBy(() -> kek.unwrap(cut, Keysets.context()))
                    .as("%d bytes", length)
                    .isInstanceOf(CannotOpenException.class);
        }
    }

    @Test
    void unwrap_otherVersionNamed_cannotOpen() {
        WrappedKey wrapped = kek.wrap(Keysets.root(), Keysets.context());
        WrappedKey renamed = WrappedKey.copyOf(wrapped.bytes(), "1");

        assertThatThrownBy(() -> kek.unwrap(renamed, Keysets.context())).isInstanceOf(CannotOpenException.class);
    }

    @Test
    void unwrap_versionNotInTheKeyset_isDeniedAndNamesBoth() {
        KekKeys others = KekKeys.generate();
        WrappedKey foreign = WrappedKey.copyOf(
                others.encrypt(Keysets.root(), Keysets.context().digest()), others.primary());

        assertThatThrownBy(() -> kek.unwrap(foreign, Keysets.context()))
                .isInstanceOf(DeniedException.class)
                .hasMessageContaining(others.primary())
                .hasMessageContaining(kek.status().newestVersion())
                .hasMessageContaining("patient.ssn");
    }

    @Test
    void unwrap_keysetOfTheSameVersionWithAnotherKey_cannotOpen() throws Exception {
        WrappedKey wrapped = kek.wrap(Keysets.root(), Keysets.context());
        KekKeys impostor = SameId.as(Long.parseLong(wrapped.kekVersion()));
        Kek other = new TinkKek(directory, () -> impostor);

        assertThatThrownBy(() -> other.unwrap(wrapped, Keysets.context())).isInstanceOf(CannotOpenException.class);
    }

    @Test
    void wrap_rootOf31Or33Bytes_isRefused() {
        for (int size : new int[] {0, 31, 33}) {
            assertThatThrownBy(() -> kek.wrap(new byte[size], Keysets.context()))
                    .isInstanceOf(MalformedException.class)
                    .hasMessageContaining("not " + size);
        }
    }

    @Test
    void check_ofTheProbe_passes() {
        assertThatCode(() -> KekProbe.check("spare", kek)).doesNotThrowAnyException();
    }

    @Test
    void status_ofAGoodKeyset_namesVersionAndFile() {
        assertThat(kek.status().usable()).isTrue();
        assertThat(kek.status().detail())
                .contains(directory.resolve("keyset").toString(), kek.status().newestVersion());
        assertThat(kek.provider()).isEqualTo("tink");
        assertThat(kek.key()).isEqualTo("primary");
    }

    @Test
    void kek_otherName_isRefused() {
        assertThatThrownBy(() -> kms.kek("secondary"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("secondary")
                .hasMessageContaining("primary");
    }

    @Test
    void wrap_afterClose_isRefused() {
        TinkKms other = TinkKms.open(directory.resolve("keyset"), directory.resolve("passphrase"));
        Kek ended = other.kek("primary");
        other.close();

        assertThatThrownBy(() -> ended.wrap(Keysets.root(), Keysets.context()))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void requireProductionAllowed_notAllowed_namesTheSetting() {
        assertThatThrownBy(() -> TinkKms.requireProductionAllowed(false))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("allow-production: true");
        assertThatCode(() -> TinkKms.requireProductionAllowed(true)).doesNotThrowAnyException();
    }
}
