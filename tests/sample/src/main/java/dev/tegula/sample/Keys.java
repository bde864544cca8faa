package dev.tegula.sample;

import dev.tegula.Tegula;
import dev.tegula.registry.KeyRow;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** The keys of the registry, and how many values of the clinic are under each. */
@Component
class Keys {

    /** An envelope names its key from the third byte on. Counted in the database; nothing is opened. */
    private static final String COUNT = """
        SELECT encode(substring(ssn FROM 3 FOR 32), 'hex'), count(*) FROM patient WHERE ssn IS NOT NULL GROUP BY 1
        UNION ALL
        SELECT encode(substring(born FROM 3 FOR 32), 'hex'), count(*) FROM patient WHERE born IS NOT NULL GROUP BY 1
        UNION ALL
        SELECT encode(substring(notes FROM 3 FOR 32), 'hex'), count(*) FROM patient WHERE notes IS NOT NULL GROUP BY 1\
        """;

    private final JdbcTemplate sql;
    private final Tegula tegula;

    Keys(JdbcTemplate sql, Tegula tegula) {
        this.sql = sql;
        this.tegula = tegula;
    }

    /**
     * A key.
     *
     * @param field whose values it encrypts, or indexes
     * @param purpose DATA, INDEX, or REGISTRY for the root that seals the others
     * @param version its number
     * @param id the short form of its id
     * @param state where it is in its life
     * @param kek alias of the KEK that wraps it
     * @param age since it was made, in words
     * @param values how many are under it; null for other purposes than DATA, whose values name no key
     * @param ofField how many the field has under all its keys
     */
    record Key(
            String field,
            String purpose,
            int version,
            String id,
            String state,
            String kek,
            String age,
            @Nullable Long values,
            long ofField) {}

    /** All keys: by field, the newest first. */
    List<Key> list() {
        Map<String, Long> counts = new HashMap<>();
        sql.query(COUNT, row -> {
            counts.put(row.getString(1), row.getLong(2));
        });
        List<KeyRow> rows = tegula.registry().all();
        Map<String, Long> ofField = new HashMap<>();
        rows.forEach(row -> ofField.merge(
                row.scope().field().value(), counts.getOrDefault(row.keyId().hex(), 0L), Long::sum));
        Instant now = tegula.registry().clock().instant();
        return rows.stream()
                .sorted(Comparator.comparing((KeyRow row) -> row.scope().purpose())
                        .thenComparing(row -> row.scope().field().value())
                        .thenComparing(KeyRow::version, Comparator.reverseOrder()))
                .map(row -> key(row, now, counts, ofField))
                .toList();
    }

    private static Key key(KeyRow row, Instant now, Map<String, Long> counts, Map<String, Long> ofField) {
        boolean data = row.scope().purpose().name().equals("DATA");
        String field = row.scope().field().value();
        return new Key(
                field,
                row.scope().purpose().name(),
                row.version(),
                row.keyId().toString(),
                row.state().name(),
                row.kekAlias(),
                words(Duration.between(row.times().created(), now)),
                data ? counts.getOrDefault(row.keyId().hex(), 0L) : null,
                ofField.getOrDefault(field, 0L));
    }

    static String words(Duration age) {
        if (age.toDays() > 1) {
            return age.toDays() + " days";
        }
        if (age.toHours() > 1) {
            return age.toHours() + " hours";
        }
        return age.toMinutes() > 1 ? age.toMinutes() + " min" : Math.max(0, age.toSeconds()) + " s";
    }
}
