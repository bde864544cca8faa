package dev.tegula.kms.tink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.kms.Kek;
import dev.tegula.kms.WrappedKey;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FrozenKeysetTest {

    @TempDir
    Path directory;

    @Test
    void unwrap_fileAndKeysOfVersion1_stillOpen() throws IOException {
        Properties frozen = new Properties();
        try (InputStream in = FrozenKeysetTest.class.getResourceAsStream("/keyset-v1.properties")) {
            frozen.load(in);
        }
        Path file = Keysets.write(directory.resolve("keyset"), HexFormat.of().parseHex(frozen.getProperty("keyset")));
        Path passphraseFile = Keysets.write(
                directory.resolve("passphrase"),
                frozen.getProperty("passphrase").getBytes(StandardCharsets.UTF_8));
        Kek kek = TinkKms.open(file, passphraseFile).kek("primary");

        for (String name : new String[] {"first", "second"}) {
            WrappedKey wrapped = WrappedKey.copyOf(
                    HexFormat.of().parseHex(frozen.getProperty(name + ".wrapped")),
                    frozen.getProperty(name + ".version"));
            assertThat(kek.unwrap(wrapped, Keysets.context())).as(name).isEqualTo(Keysets.root());
        }
        assertThat(kek.status().newestVersion()).isEqualTo(frozen.getProperty("second.version"));
    }
}
