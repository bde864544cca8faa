package dev.tegula.kms.tink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.tegula.failure.TegulaException;
import dev.tegula.kms.Kek;
import dev.tegula.kms.WrappedKey;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** No failure and no {@code toString} quotes a passphrase, a root, or wrapped bytes. */
class SecrecyTest {

    private static final String CANARY = "canary";

    @TempDir
    Path directory;

    private final List<String> printed = new ArrayList<>();

    private void failure(ThrowingCallable call) {
        Throwable thrown = catchThrowable(call);
        assertThat(thrown).isInstanceOf(TegulaException.class);
        StringWriter text = new StringWriter();
        thrown.printStackTrace(new PrintWriter(text));
        printed.add(text.toString());
    }

    private Path secretFile(String content) throws IOException {
        return Keysets.write(directory.resolve("changing"), content.getBytes(StandardCharsets.ISO_8859_1));
    }

    @Test
    void failures_ofEveryKind_quoteNoSecret() throws IOException {
        Path file = Keysets.keyset(directory);
        Path passphraseFile = Keysets.passphraseFile(directory);
        failure(() -> Passphrase.copyOf(CANARY.toCharArray()));
        failure(() -> Passphrase.copyOf((CANARY.repeat(5) + "\ud800").toCharArray()));
        for (String bad : List.of(CANARY, CANARY.repeat(5) + "\n\n", CANARY.repeat(5) + "\u00e9", CANARY.repeat(300))) {
            Path secret = secretFile(bad);
            failure(() -> Passphrase.fromFile(secret));
            failure(() -> TinkKms.open(file, secret));
        }
        Path wrong = secretFile(CANARY.repeat(4));
        failure(() -> TinkKms.open(file, wrong));
        failure(() -> TinkKms.open(passphraseFile, passphraseFile));

        TinkKms kms = TinkKms.open(file, passphraseFile);
        Kek kek = kms.kek("primary");
        WrappedKey wrapped = kek.wrap(Keysets.root(), Keysets.context());
        failure(() -> kek.unwrap(WrappedKey.copyOf(new byte[70], wrapped.kekVersion()), Keysets.context()));
        failure(() -> kek.wrap(Arrays.copyOf(Keysets.root(), 31), Keysets.context()));
        byte[] cut = Arrays.copyOf(Keysets.content(), 100);
        TinkKeyset keyset = TinkKeyset.open(file, Keysets.passphrase());
        failure(() -> keyset.promote("1"));
        Keysets.write(file, cut);
        failure(kek::status);
        Files.setPosixFilePermissions(passphraseFile, PosixFilePermissions.fromString("rw-r--r--"));
        failure(() -> Passphrase.fromFile(passphraseFile));
        printed.add(kms + " " + kek + " " + wrapped + " " + keyset + " " + KekKeys.generate() + " "
                + Keysets.passphrase() + " " + KeysetHeader.parse(Keysets.content(), file));

        String root = HexFormat.of().formatHex(Keysets.root());
        String bytes = HexFormat.of().formatHex(wrapped.bytes(), 5, 21);
        String base64 = Base64.getEncoder().encodeToString(Keysets.root());
        assertThat(printed).hasSize(18).allSatisfy(text -> assertThat(text)
                .doesNotContainIgnoringCase(CANARY)
                .doesNotContainIgnoringCase(root)
                .doesNotContainIgnoringCase(bytes)
                .doesNotContain(base64));
    }
}
