package dev.tegula.bench;

import dev.tegula.blindindex.BlindIndex;
import dev.tegula.blindindex.BlindTokens;
import dev.tegula.hibernate.Bind;
import dev.tegula.hibernate.BlindIndexOf;
import dev.tegula.hibernate.BlindTokensOf;
import dev.tegula.hibernate.DocumentColumn;
import dev.tegula.hibernate.DocumentType;
import dev.tegula.hibernate.Encrypted;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Index;
import jakarta.persistence.Table;
import java.util.List;
import java.util.Map;
import org.hibernate.annotations.CompositeType;
import org.hibernate.annotations.TenantId;
import org.jspecify.annotations.Nullable;

/** The encrypted row of {@link Patients} with one feature more each. */
final class FeaturedPatients {

    private FeaturedPatients() {}

    /** One value has a blind index, its column an index. */
    @Entity(name = "Indexed")
    @Table(indexes = @Index(columnList = "ssnIndex"))
    static class Indexed extends Patients.EncryptedRow {
        @BlindIndexOf("ssn")
        @Nullable
        BlindIndex ssnIndex;
    }

    /** One value has blind tokens, eight for its one word, without a GIN index: what that costs is the server's alone. */
    @Entity(name = "Tokens")
    static class Tokens extends Patients.EncryptedRow {
        @BlindTokensOf("note")
        @Nullable
        BlindTokens noteWords;
    }

    /** Bound to the row. */
    @Entity(name = "Bound")
    static class Bound extends Patients.Row {
        @Encrypted(value = "bound.ssn", bind = Bind.ROW)
        String ssn = "";

        @Encrypted(value = "bound.address", bind = Bind.ROW)
        String address = "";

        @Encrypted(value = "bound.note", bind = Bind.ROW)
        String note = "";

        @Override
        void fill(String value) {
            ssn = value;
            address = value;
            note = value;
        }

        @Override
        List<String> values() {
            return List.of(ssn, address, note);
        }
    }

    /** With keys for each tenant; there is one. */
    @Entity(name = "Tenants")
    static class Tenants extends Patients.Row {
        @TenantId
        @Nullable
        String tenant;

        @Encrypted(value = "tenants.ssn", perTenant = true)
        String ssn = "";

        @Encrypted(value = "tenants.address", perTenant = true)
        String address = "";

        @Encrypted(value = "tenants.note", perTenant = true)
        String note = "";

        @Override
        void fill(String value) {
            ssn = value;
            address = value;
            note = value;
        }

        @Override
        List<String> values() {
            return List.of(ssn, address, note);
        }
    }

    /** A document of which all is encrypted, a column for each path. */
    @Entity(name = "Documented")
    static class Documented extends Patients.Row {
        @CompositeType(SheetType.class)
        @Nullable
        Sheet sheet;

        @Override
        void fill(String value) {
            sheet = new Sheet(value, value, value);
        }

        @Override
        List<String> values() {
            Sheet read = Benchmarks.present(sheet);
            return List.of(read.ssn(), read.address(), read.note());
        }
    }

    /** The document. */
    record Sheet(String ssn, String address, String note) {}

    /** Its columns. */
    static class SheetType extends DocumentType<Sheet> {

        /** One for the document and one for each path. */
        static class Columns {
            @DocumentColumn
            @Column(name = "sheet")
            @Nullable
            String document;

            @Encrypted("sheet.ssn")
            @Column(name = "sheet_ssn")
            @Nullable
            String ssn;

            @Encrypted("sheet.address")
            @Column(name = "sheet_address")
            @Nullable
            String address;

            @Encrypted("sheet.note")
            @Column(name = "sheet_note")
            @Nullable
            String note;
        }

        SheetType() {
            super(Columns.class, Map.of("ssn", "$.ssn", "address", "$.address", "note", "$.note"));
        }
    }
}
