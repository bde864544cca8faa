package dev.tegula.demo;

import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** What the clinic was told is stored: noted only after a commit came back, so all of it must be readable at the end. */
final class Ledger {

    private final Map<UUID, Person> acknowledged = new ConcurrentHashMap<>();

    void acknowledge(UUID id, Person person) {
        acknowledged.put(id, person);
    }

    /** Somebody who was acknowledged. */
    Person of(UUID id) {
        Person person = acknowledged.get(id);
        if (person == null) {
            throw new IllegalStateException(id + " was never acknowledged.");
        }
        return person;
    }

    Map<UUID, Person> all() {
        return acknowledged;
    }

    /**
     * Counts what was acknowledged and is not there: patients that are missing, or are not as they were last written. What
     * is stored beyond that may be a commit whose answer never came.
     *
     * @param stored everything that is read at the end
     */
    long lost(Map<UUID, Person> stored) {
        return acknowledged.entrySet().stream()
                .filter(entry -> !entry.getValue().equals(stored.get(entry.getKey())))
                .count();
    }

    int size() {
        return acknowledged.size();
    }
}
