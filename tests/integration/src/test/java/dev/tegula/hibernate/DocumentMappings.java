package dev.tegula.hibernate;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.hibernate.annotations.CompositeType;
import org.hibernate.annotations.DynamicUpdate;

/** Documents some of whose paths are encrypted. */
@SuppressWarnings("SameNameButDifferent") // each type has its columns
final class DocumentMappings {

    private DocumentMappings() {}

    record Contact(String name, String phone) {}

    record Insurance(String company, String number) {}

    record Sheet(String city, Insurance insurance, List<Contact> contacts) {}

    // docs:begin jpa-document
    public static class SheetType extends DocumentType<Sheet> {

        public static class Columns {
            @DocumentColumn
            @Column(name = "sheet")
            String document;

            @Encrypted("patient.sheet.number")
            @Column(name = "sheet_number")
            String number;

            @Encrypted("patient.sheet.phone")
            @Column(name = "sheet_phone")
            String phones;
        }

        public SheetType() {
            super(Columns.class, Map.of("number", "$.insurance.number", "phones", "$.contacts[*].phone"));
        }
    }
    // docs:end jpa-document

    @Entity(name = "Patient")
    @DynamicUpdate
    static class Patient {
        @Id
        Long id;

        String ward;

        // docs:begin jpa-document-attribute
        @CompositeType(SheetType.class)
        Sheet sheet;
        // docs:end jpa-document-attribute

        protected Patient() {}

        Patient(long id, Sheet sheet) {
            this.id = id;
            this.sheet = sheet;
        }
    }

    static Sheet sheet(String city, String number, Contact... contacts) {
        return new Sheet(city, new Insurance("Helvetia", number), List.of(contacts));
    }

    /** Documents without a class of their own: values of every kind of JSON. */
    public static class LooseType extends DocumentType<Map<String, Object>> {

        public static class Columns {
            @DocumentColumn
            String document;

            @Encrypted("loose.secret")
            String secret;

            @Encrypted("loose.tag")
            String tags;
        }

        public LooseType() {
            super(Columns.class, Map.of("secret", "$.secret", "tags", "$.tags[*][*]"));
        }
    }

    @Entity(name = "Loose")
    static class Loose {
        @Id
        Long id = 1L;

        @CompositeType(LooseType.class)
        Map<String, Object> sheet;
    }

    /** Says something else at each call. */
    public static final class Clock {
        private static final AtomicLong TICKS = new AtomicLong();

        public String secret;

        public long getTicks() {
            return TICKS.incrementAndGet();
        }

        public void setTicks(long ticks) {
            // what was stored is of no interest
        }
    }

    public static class ClockType extends DocumentType<Clock> {

        public static class Columns {
            @DocumentColumn
            String document;

            @Encrypted("clock.secret")
            String secret;
        }

        public ClockType() {
            super(Columns.class, Map.of("secret", "$.secret"));
        }
    }

    @Entity(name = "Clocked")
    static class Clocked {
        @Id
        Long id = 1L;

        @CompositeType(ClockType.class)
        Clock clock = new Clock();
    }
}
