package dev.tegula.kms.tink;

import dev.tegula.test.KmsContract;
import dev.tegula.test.KmsFixture;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

final class TinkContractTest extends KmsContract {

    @TempDir
    Path directory;

    @Override
    protected KmsFixture open() throws Exception {
        return new TinkFixture(directory);
    }
}
