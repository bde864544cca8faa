package dev.tegula.kms.tink;

import java.nio.file.Path;

/** A process that adds keys: arguments are the keyset, its passphrase file and how many. */
final class KeysetAdder {

    private KeysetAdder() {}

    public static void main(String[] arguments) {
        try (Passphrase passphrase = Passphrase.fromFile(Path.of(arguments[1]))) {
            TinkKeyset keyset = TinkKeyset.open(Path.of(arguments[0]), passphrase);
            for (int i = 0; i < Integer.parseInt(arguments[2]); i++) {
                keyset.addKey();
            }
        }
    }
}
