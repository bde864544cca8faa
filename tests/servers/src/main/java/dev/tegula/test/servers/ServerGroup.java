package dev.tegula.test.servers;

import java.util.List;

/**
 * A server that tests need, and how to get it.
 *
 * @param title what people call it
 * @param argument that of tests/servers/install
 * @param addressVariable the environment variable with the address of one that runs already; empty if tests always start
 *     their own
 * @param programs programs on the PATH that will do, the best one first
 * @param proof the argument with which such a program ends at once, with exit code 0 if it works
 * @param installed where tests/servers/install puts the program, under the servers' home
 * @param image the last arguments of docker run before those of the program; empty if no container will do
 */
record ServerGroup(
        String title,
        String argument,
        String addressVariable,
        List<String> programs,
        String proof,
        String installed,
        List<String> image) {

    static final ServerGroup VAULT = new ServerGroup(
            "Vault",
            "vault",
            "TEGULA_TEST_VAULT_ADDR",
            List.of("vault", "bao"),
            "version",
            "vault/tegula-vault",
            List.of("--entrypoint", "vault", "hashicorp/vault:1.19.0"));

    static final ServerGroup AWS_KMS = new ServerGroup(
            "AWS KMS",
            "aws",
            "TEGULA_TEST_AWS_KMS_ENDPOINT",
            List.of("moto_server"),
            "--help",
            "aws/venv/bin/moto_server",
            List.of("motoserver/moto:5.2.5"));

    static final ServerGroup PGBOUNCER = new ServerGroup(
            "PgBouncer", "pgbouncer", "", List.of("pgbouncer"), "--version", "pgbouncer/pgbouncer", List.of());

    /** A browser, by the program that drives it, which knows where its browser is. */
    static final ServerGroup CHROMIUM = new ServerGroup(
            "Chromium", "chromium", "", List.of("chromedriver"), "--version", "chromium/chromedriver", List.of());

    ServerGroup {
        programs = List.copyOf(programs);
        image = List.copyOf(image);
    }
}
