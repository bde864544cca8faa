package com.example.visits;

import dev.tegula.kms.tink.Passphrase;
import dev.tegula.kms.tink.TinkKeyset;
import dev.tegula.operations.schema.Schema;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;

/** Boots, saves a visit, reads it back, and looks at what the database holds. */
@SpringBootApplication
public class Application {

    private static final String NOTE = "penicillin allergy";

    public static void main(String[] arguments) throws Exception {
        Path keys = Files.createTempDirectory("visits");
        try (EmbeddedPostgres postgres = EmbeddedPostgres.builder().start()) {
            Schema.apply(postgres.getPostgresDatabase());
            try (Passphrase passphrase = Passphrase.generate(new SecureRandom())) {
                passphrase.writeTo(keys.resolve("passphrase"));
                TinkKeyset.create(keys.resolve("keyset"), passphrase);
            }
            String[] properties = {
                "--spring.datasource.url=" + postgres.getJdbcUrl("postgres", "postgres"),
                "--tegula.kms.file.keyset=" + keys.resolve("keyset"),
                "--tegula.kms.file.passphrase-file=" + keys.resolve("passphrase"),
            };
            try (ConfigurableApplicationContext application = SpringApplication.run(Application.class, properties)) {
                check(application.getBean(Visits.class), application.getBean(JdbcTemplate.class));
            }
        }
        System.out.println("saved, read and hidden");
    }

    private static void check(Visits visits, JdbcTemplate sql) {
        Visit visit = new Visit();
        visit.note = NOTE;
        visits.save(visit);
        String read = visits.findById(visit.id).orElseThrow().note;
        byte[] stored = sql.queryForObject("select note from visit", byte[].class);
        if (!read.equals(NOTE) || new String(stored, StandardCharsets.ISO_8859_1).contains(NOTE)) {
            throw new IllegalStateException("read " + read + ", stored " + stored.length + " bytes");
        }
    }
}
