package dev.tegula.kms.tink;

import dev.tegula.test.KmsContract;
import dev.tegula.test.KmsFixture;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

// docs:begin contract-subclass
final class TinkContractTest extends KmsContract {

    @TempDir
    Path directory;

    @Override
    protected KmsFixture open() throws Exception {
        return new TinkFixture(directory);
    }
}
// docs:end contract-subclass
