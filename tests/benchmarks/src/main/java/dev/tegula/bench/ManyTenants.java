package dev.tegula.bench;

import com.zaxxer.hikari.HikariDataSource;
import dev.tegula.Context;
import dev.tegula.FieldCipher;
import dev.tegula.FieldSpec;
import dev.tegula.Tegula;
import dev.tegula.envelope.FieldId;
import dev.tegula.envelope.Scope;
import dev.tegula.envelope.TenantId;
import dev.tegula.kms.BranchMode;
import dev.tegula.kms.Keks;
import dev.tegula.kms.Kms;
import dev.tegula.operations.schema.Schema;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import javax.sql.DataSource;

/** A registry on an embedded PostgreSQL for tenants that have a key for each of five fields, and engines on it. */
final class ManyTenants implements AutoCloseable {

    static final int FIELDS = 5;

    private final int tenants;
    private final Kms kms;
    private final BranchMode branch;
    private final EmbeddedPostgres postgres;
    private final HikariDataSource source = new HikariDataSource();

    ManyTenants(int tenants, Kms kms, BranchMode branch) throws IOException {
        this.tenants = tenants;
        this.kms = kms;
        this.branch = branch;
        // The log is not what is measured.
        this.postgres = EmbeddedPostgres.builder()
                .setServerConfig("fsync", "off")
                .setServerConfig("max_connections", "200")
                .start();
        source.setJdbcUrl(postgres.getJdbcUrl("postgres", "postgres"));
        source.setMaximumPoolSize(100);
        source.setMinimumIdle(0);
        Schema.apply(source);
    }

    /** Makes all keys. */
    ManyTenants withKeys() {
        try (Tegula first = engine()) {
            first.prepare(scopes());
        }
        return this;
    }

    String url() {
        return source.getJdbcUrl();
    }

    /** The engine of one more process. */
    Tegula engine() {
        return engine(kms, branch, source);
    }

    static Tegula engine(Kms kms, BranchMode branch, DataSource source) {
        return Tegula.builder("bench")
                .kek("main", kms, new Keks.Binding(kms.kek("primary"), List.of("*"), true, branch))
                .registry(source)
                .development()
                .build();
    }

    boolean branched() {
        return branch != BranchMode.NONE;
    }

    int keys() {
        return tenants * FIELDS;
    }

    /** One value of each tenant and field, on this thread. */
    static void write(Tegula tegula, int tenants) {
        List<FieldCipher<String>> fields = fields(tegula);
        for (int key = 0; key < tenants * FIELDS; key++) {
            write(fields, key);
        }
    }

    /** Encrypts a value under one of the keys. */
    static void write(List<FieldCipher<String>> fields, int key) {
        fields.get(key % FIELDS).encrypt("value", Context.tenant("tenant-" + key / FIELDS));
    }

    static List<FieldCipher<String>> fields(Tegula tegula) {
        return IntStream.range(0, FIELDS)
                .mapToObj(i -> tegula.field(
                        FieldSpec.of("bench.field" + i, String.class).withKeyPerTenant()))
                .toList();
    }

    /** All keys, to be opened ahead. */
    List<Scope> scopes() {
        return scopes(tenants);
    }

    static List<Scope> scopes(int tenants) {
        List<Scope> scopes = new ArrayList<>();
        for (int key = 0; key < tenants * FIELDS; key++) {
            scopes.add(Scope.data(FieldId.of("bench.field" + key % FIELDS), TenantId.of("tenant-" + key / FIELDS)));
        }
        return scopes;
    }

    @Override
    public void close() throws IOException {
        source.close();
        postgres.close();
    }
}
