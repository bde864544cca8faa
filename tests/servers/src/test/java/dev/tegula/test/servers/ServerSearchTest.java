package dev.tegula.test.servers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.test.servers.ServerProgram.Origin;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ServerSearchTest {

    @TempDir
    Path directory;

    private final Map<String, String> environment = new HashMap<>();

    @BeforeEach
    void checkout() throws IOException {
        program("checkout/tests/servers/install", 0);
        environment.put("PATH", directory.resolve("bin").toString());
    }

    @Test
    void program_withNothingThere_isNone() {
        assertThat(search().program(ServerGroup.VAULT)).isEmpty();
        assertThat(search().program(ServerGroup.AWS_KMS)).isEmpty();
    }

    @Test
    void program_onThePath_comesBeforeAnInstalledOne() throws IOException {
        program("checkout/.dev/servers/vault/tegula-vault", 0);
        Path bao = program("bin/bao", 0);
        assertThat(search().program(ServerGroup.VAULT))
                .hasValueSatisfying(found -> assertThat(found.command()).containsExactly(bao.toString()));
        Path vault = program("bin/vault", 0);
        assertThat(search().program(ServerGroup.VAULT))
                .hasValueSatisfying(found -> assertThat(found.command()).containsExactly(vault.toString()));
    }

    @Test
    void program_onThePathThatDoesNotRun_isPassedOver() throws IOException {
        program("bin/moto_server", 127);
        Path installed = program("checkout/.dev/servers/aws/venv/bin/moto_server", 0);
        assertThat(search().program(ServerGroup.AWS_KMS)).hasValueSatisfying(found -> {
            assertThat(found.origin()).isEqualTo(Origin.INSTALLED);
            assertThat(found.command()).containsExactly(installed.toString());
        });
    }

    @Test
    void program_installedElsewhere_isFoundByTheVariable() throws IOException {
        Path installed = program("elsewhere/vault/tegula-vault", 0);
        environment.put("TEGULA_SERVERS_HOME", directory.resolve("elsewhere").toString());
        assertThat(search().program(ServerGroup.VAULT))
                .hasValueSatisfying(found -> assertThat(found.command()).containsExactly(installed.toString()));
    }

    @Test
    void program_inAContainer_isTheLastResortAndNeedsARunningDocker() throws IOException {
        program("bin/docker", 1);
        assertThat(search().program(ServerGroup.VAULT)).isEmpty();
        program("bin/docker", 0);
        assertThat(search().program(ServerGroup.VAULT))
                .hasValueSatisfying(found -> assertThat(found.command(directory, "server"))
                        .startsWith("docker", "run", "--rm", "--network", "host")
                        .contains(directory + ":" + directory)
                        .endsWith("--entrypoint", "vault", "hashicorp/vault:1.19.0", "server"));
        program("checkout/.dev/servers/vault/tegula-vault", 0);
        assertThat(search().program(ServerGroup.VAULT))
                .hasValueSatisfying(found -> assertThat(found.origin()).isEqualTo(Origin.INSTALLED));
    }

    @Test
    void address_ofABlankVariable_isNone() {
        environment.put("TEGULA_TEST_VAULT_ADDR", " ");
        assertThat(search().address(ServerGroup.VAULT)).isEmpty();
        environment.put("TEGULA_TEST_VAULT_ADDR", "https://vault.test:8200");
        assertThat(search().address(ServerGroup.VAULT)).hasValue("https://vault.test:8200");
    }

    /** The search of a process whose directory is a module of the checkout. */
    private ServerSearch search() {
        return new ServerSearch(environment, directory.resolve("checkout/kms-adapters/vault"));
    }

    private Path program(String path, int exitCode) throws IOException {
        Path file = directory.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, "#!/bin/sh\nexit " + exitCode + "\n");
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
