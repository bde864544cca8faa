package dev.tegula.kms.vault;

import dev.tegula.test.KmsContract;
import dev.tegula.test.KmsFixture;
import dev.tegula.test.servers.NeedsVault;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

@NeedsVault
final class VaultContractTest extends KmsContract {

    @TempDir
    Path directory;

    @Override
    protected KmsFixture open() throws Exception {
        return new VaultFixture(directory);
    }
}
