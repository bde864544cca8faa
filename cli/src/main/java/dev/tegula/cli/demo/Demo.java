package dev.tegula.cli.demo;

import dev.tegula.cli.backup.FirstKey;
import dev.tegula.cli.config.Configuration;
import dev.tegula.cli.config.ConfigurationFile;
import dev.tegula.cli.config.Profile;
import dev.tegula.cli.output.Console;
import dev.tegula.cli.output.Table;
import dev.tegula.cli.session.Session;
import dev.tegula.cli.setup.Blueprint;
import dev.tegula.cli.setup.Initialisation;
import dev.tegula.envelope.FieldId;
import dev.tegula.envelope.Scope;
import dev.tegula.envelope.TenantId;
import dev.tegula.jdbc.Schema;
import dev.tegula.registry.KeyLifecycle;
import dev.tegula.registry.KeyRow;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** The story, chapter by chapter. */
public final class Demo {

    private final Console console;
    private final Map<String, String> environment;
    private final Narrator narrator;
    private final int patients;

    public Demo(Console console, Map<String, String> environment, int patients) {
        this.console = console;
        this.environment = environment;
        this.narrator = new Narrator(console);
        this.patients = patients;
    }
}
