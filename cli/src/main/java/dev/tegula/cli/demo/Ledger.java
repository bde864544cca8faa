package dev.tegula.cli.demo;

import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** What the clinic was told is stored: noted only after a commit came back, so all of it must be readable at the end. */
final class Ledger {

    private final Map<UUID, Person> acknowledged = new ConcurrentHashMap<>();

    void acknowledge(UUID id, Person person) {
        acknowledged.put(id, person);
    }

    Map<UUID, Person> all() {
        return acknowledged;
    }

    int size() {
        return acknowledged.size();
    }
}
