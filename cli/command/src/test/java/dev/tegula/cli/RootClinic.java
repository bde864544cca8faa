package dev.tegula.cli;

import static dev.tegula.cli.ClinicDatabase.expect;

import dev.tegula.Context;
import dev.tegula.Tegula;
import dev.tegula.TegulaBuilder;
import dev.tegula.audit.AuditEntry;
import dev.tegula.cli.config.ConfigurationFile;
import dev.tegula.config.Configuration;
import dev.tegula.registry.Seal;
import dev.tegula.registry.SealedKind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A database with a table, an index, secrets and a census, whose root is rotated, and applications with pins of their own. */
public final class RootClinic {

    private static final Pattern PINS = Pattern.compile("(?m)^( +registry-pin:).*$");
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private final ClinicDatabase clinic;

    private RootClinic(ClinicDatabase clinic) {
        this.clinic = clinic;
    }

    /** With everything that a root seals. */
    public static RootClinic of(Path folder) {
        ClinicDatabase clinic = ClinicDatabase.withPatients(folder, 3).withSecrets("app/prod");
        clinic.rotatingIndex();
        clinic.edit("write-lease: 500ms", "write-lease: 2s");
        expect(0, clinic.run("index", "backfill", "patient.ssn", "--yes"));
        RootClinic roots = new RootClinic(clinic);
        roots.census();
        return roots;
    }

    /** On a database that is there. */
    public static RootClinic on(ClinicDatabase clinic) {
        return new RootClinic(clinic);
    }

    /** The database. */
    public ClinicDatabase clinic() {
        return clinic;
    }

    /** Runs the command, without questions. */
    public Transcript rotate(int exit, String... options) {
        String[] line = new String[options.length + 3];
        line[0] = "keys";
        line[1] = "rotate-registry";
        line[2] = "--yes";
        System.arraycopy(options, 0, line, 3, options.length);
        return expect(exit, clinic.run(line));
    }

    /** The pins of the configuration. */
    public List<String> pins() {
        return ConfigurationFile.read(clinic.file(), Map.of()).database("").pins();
    }

    /** Writes other pins into the configuration. */
    public void pin(String... pins) {
        try {
            Matcher found = PINS.matcher(Files.readString(clinic.file()));
            Files.writeString(clinic.file(), found.replaceFirst("$1 [\"" + String.join("\", \"", pins) + "\"]"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The first step, with both pins in the configuration afterwards; the pin of the root that waits. */
    public String made() {
        String before = pins().get(0);
        String next = waiting();
        pin(before, next);
        return next;
    }

    /** The pin of the root that waits, as it is printed. */
    public String waiting() {
        Matcher printed = Pattern.compile("registry-pin: \\[\"[0-9a-f]{64}\", \"([0-9a-f]{64})\"]")
                .matcher(Recorder.apart(() -> rotate(0)).out());
        if (!printed.find()) {
            throw new AssertionError("no pin was printed");
        }
        return printed.group(1);
    }

    /** An application that makes keys on demand; the caller closes it. */
    public Tegula application(String name, Duration lease, String... pins) {
        Configuration configuration = ConfigurationFile.read(clinic.file(), Map.of());
        TegulaBuilder builder = Tegula.builder(configuration.deployment())
                .registry(clinic.dataSource(), pins)
                .settings(configuration.keys().keyring().withWriteLease(lease))
                .instanceName(name)
                .createKeysOnDemand()
                .secrets("app/prod", "main");
        configuration
                .keks()
                .forEach((alias, kek) ->
                        builder.kek(alias, configuration.kms().get(kek.kms()).open(), kek.key()));
        return builder.build();
    }

    /** The same which looks at the registry often. */
    public Tegula application(String name, String... pins) {
        Tegula made = application(name, Duration.ofMillis(200), pins);
        await(() -> clinic.number("SELECT count(*) FROM tegula_instance WHERE name = '" + name + "'") > 0);
        return made;
    }

    /** Encrypts under a key of a field that is made for it. */
    public static byte[] encrypt(Tegula tegula, String field) {
        return tegula.field(field, String.class).encrypt("canary", Context.noTenant());
    }

    /** Tells entries on one connection, each in a transaction of its own. */
    public void tell(Tegula tegula, String... subjects) throws SQLException {
        try (Connection connection = clinic.dataSource().getConnection()) {
            connection.setAutoCommit(false);
            for (String subject : subjects) {
                tegula.audit().append(connection, AuditEntry.of("drill.told", "thing", subject));
                connection.commit();
            }
        }
    }

    /** A row of a census, as a command that counted a large table leaves it. */
    private void census() {
        try (Tegula tegula = clinic.engine()) {
            Seal seal = tegula.seal().seal(SealedKind.CENSUS, utf8("public"), utf8("large"), utf8("LAST"), utf8("{}"));
            clinic.execute("INSERT INTO tegula_census VALUES ('public', 'large', 'LAST', '{}', '\\x"
                    + HexFormat.of().formatHex(seal.bytes()) + "')");
        }
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Waits until it is so. */
    public static void await(BooleanSupplier condition) {
        long until = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > until) {
                throw new AssertionError("it did not come to that within " + PATIENCE);
            }
            try {
                Thread.sleep(20);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
