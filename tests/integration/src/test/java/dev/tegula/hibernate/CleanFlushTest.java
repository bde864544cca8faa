package dev.tegula.hibernate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.value.Sensitive;
import jakarta.persistence.ElementCollection;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Version;
import java.math.BigDecimal;
import java.time.Period;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** An entity that nobody changed is not dirty, whatever its values become when they are read back. */
final class CleanFlushTest {

    /** No equals. */
    public static class Options {
        public Set<String> tags = new HashSet<>();
        public double ratio = 1.0e10;
        public char[] letters = {'a'};
        public float[] weights = {1.0e10f, 0.1f};
        public Map<Period, BigDecimal> limits = new HashMap<>();
    }

    record Profile(Set<Set<BigDecimal>> groups, Object anything, double number) {}

    @Entity(name = "Member")
    static class Member {
        @Id
        Long id;

        @Version
        int version;

        @Encrypted("member.profile")
        Profile profile;

        @Encrypted("member.options")
        Options options;

        @Encrypted("member.map")
        Map<String, Object> map;

        @Encrypted("member.names")
        Set<String> names;

        @Encrypted("member.hidden")
        Sensitive<Options> hidden;

        @Encrypted("member.ratio")
        double ratio = 1.0e10;

        @Encrypted("member.amount")
        BigDecimal amount = new BigDecimal("1E+3");

        @Encrypted("member.history")
        @ElementCollection
        List<Options> history = new ArrayList<>();
    }

    @Test
    void flushes_inTheSessionThatStoredIt_writeItOnce() {
        try (Fixture fixture = fixture()) {
            fixture.run(session -> {
                session.persist(member());
                session.flush();
                session.flush();
            });

            assertThat(version(fixture)).isZero();
        }
    }

    @Test
    void flush_afterReading_writesNothing() {
        try (Fixture fixture = fixture()) {
            fixture.save(member());

            for (int i = 0; i < 3; i++) {
                fixture.run(session -> session.find(Member.class, 1L));
            }

            assertThat(version(fixture)).isZero();
        }
    }

    @Test
    void equalValuesOfAnotherOrder_writeNothing() {
        try (Fixture fixture = fixture()) {
            fixture.save(member());

            fixture.run(session -> {
                Member found = session.find(Member.class, 1L);
                found.names = reversed(found.names);
                found.options.tags = reversed(found.options.tags);
                found.hidden = new Sensitive<>(options(true));
                found.options.limits = reversed(found.options.limits);
                found.profile = profile(true);
                found.map = reversed(found.map);
            });

            assertThat(version(fixture)).isZero();
        }
    }

    @Test
    void realChanges_areWritten() {
        assertWritten(member -> member.names.add("another"));
        assertWritten(member -> member.options.ratio = 1.0e11);
        assertWritten(member -> member.options.tags.remove("tag-0"));
        assertWritten(member -> member.options.limits.put(Period.ofDays(1), new BigDecimal("1.0")));
        assertWritten(member -> member.map.put("number", 1.0e11));
        assertWritten(member -> member.hidden.value().weights[1] = 0.2f);
        assertWritten(member -> member.options.letters[0] = 'z');
        assertWritten(member -> member.amount = new BigDecimal("1000"));
        assertWritten(member -> member.profile = new Profile(Set.of(Set.of(new BigDecimal("1.00"))), 1.0e10, 1.0e10));
    }

    private static void assertWritten(Consumer<Member> change) {
        try (Fixture fixture = fixture()) {
            fixture.save(member());

            fixture.run(session -> change.accept(session.find(Member.class, 1L)));

            assertThat(version(fixture)).isEqualTo(1);
        }
    }

    private static Fixture fixture() {
        return Fixture.of(Member.class);
    }

    private static int version(Fixture fixture) {
        return fixture.call(session -> session.find(Member.class, 1L)).version;
    }

    private static Member member() {
        Member member = new Member();
        member.id = 1L;
        member.profile = profile(false);
        member.options = options(false);
        member.hidden = new Sensitive<>(options(false));
        member.names = set("name-", false);
        member.map = new LinkedHashMap<>();
        member.map.put("number", 1.0e10);
        member.map.put("float", 1.0e10f);
        member.map.put("long", 3L);
        member.map.put("set", set("inner-", false));
        member.map.put("decimal", new BigDecimal("10.00"));
        member.history.add(options(false));
        return member;
    }

    private static Profile profile(boolean reverse) {
        BigDecimal one = new BigDecimal("1.0");
        BigDecimal two = new BigDecimal("1.00");
        Set<Set<BigDecimal>> groups = new LinkedHashSet<>();
        groups.add(new LinkedHashSet<>(reverse ? List.of(two, one) : List.of(one, two)));
        groups.add(Set.of(BigDecimal.TEN));
        return new Profile(reverse ? reversed(groups) : groups, 1.0e10, 1.0e10);
    }

    private static Options options(boolean reverse) {
        Options options = new Options();
        options.tags = set("tag-", reverse);
        options.limits.put(Period.ofDays(1), new BigDecimal("1.00"));
        options.limits.put(Period.ofMonths(1), BigDecimal.ONE);
        return options;
    }

    /** Many, so that a table of another size iterates in another order. */
    private static Set<String> set(String prefix, boolean reverse) {
        Set<String> set = new LinkedHashSet<>(
                IntStream.range(0, 40).mapToObj(i -> prefix + i).toList());
        return reverse ? reversed(set) : set;
    }

    private static <T> Set<T> reversed(Set<T> set) {
        List<T> elements = new ArrayList<>(set);
        Collections.reverse(elements);
        return new LinkedHashSet<>(elements);
    }

    private static <K, V> Map<K, V> reversed(Map<K, V> map) {
        List<K> keys = new ArrayList<>(map.keySet());
        Collections.reverse(keys);
        Map<K, V> other = new LinkedHashMap<>();
        keys.forEach(key -> other.put(key, map.get(key)));
        return other;
    }
}
