package dev.tegula.hibernate.guard;

import dev.tegula.hibernate.EncryptedQueryException;
import dev.tegula.hibernate.type.Companion;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.hibernate.query.sqm.tree.expression.SqmParameter;

/**
 * The parameters of one query whose values are looked for in a blind index or blind tokens. At another place of the query the same
 * parameter would be sent as it is, in clear; but whether it is null may be asked.
 */
final class SoughtParameters {

    private final Map<Object, Companion> lookedFor = new HashMap<>();
    private final Set<Object> sent = new HashSet<>();
    private final List<SqmParameter<?>> tested = new ArrayList<>();
    private final IdentityHashMap<SqmParameter<?>, Object> unnamed = new IdentityHashMap<>();

    /** One that is looked for. */
    void lookedFor(SqmParameter<?> parameter, Companion in) {
        lookedFor.put(key(parameter), in);
    }

    /** One whose value goes to the database. */
    void sent(SqmParameter<?> parameter) {
        sent.add(key(parameter));
    }

    /** One that {@code is null} is asked of. */
    void testedForNull(SqmParameter<?> parameter) {
        tested.add(parameter);
    }

    /**
     * Those that {@code is null} is asked of and that are looked for elsewhere.
     *
     * @throws EncryptedQueryException if one that is looked for is sent too
     */
    List<SqmParameter<?>> nullTests() {
        lookedFor.forEach((key, companion) -> {
            if (sent.contains(key)) {
                throw new EncryptedQueryException(companion.attribute()
                        + " is compared with a parameter that the query uses at another place too, where its"
                        + " value would be sent to the database in clear. Give each place a parameter of its"
                        + " own; `is null` of the same one may stay.");
            }
        });
        return tested.stream()
                .filter(parameter -> lookedFor.containsKey(key(parameter)))
                .toList();
    }

    private Object key(SqmParameter<?> parameter) {
        if (parameter.getName() != null) {
            return parameter.getName();
        }
        return parameter.getPosition() != null
                ? parameter.getPosition()
                : unnamed.computeIfAbsent(parameter, one -> new Object());
    }
}
