package dev.tegula.demo;

import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** Invents people; the same seed gives the same people. Not thread-safe. */
final class People {

    private static final List<String> FIRST = List.of(
            "Ada",
            "Amir",
            "Beatriz",
            "Björn",
            "Chidi",
            "Clara",
            "Dmitri",
            "Elena",
            "Farah",
            "Giulia",
            "Hana",
            "Ibrahim",
            "Ingrid",
            "João",
            "Kenji",
            "Lena",
            "Mateo",
            "Mei",
            "Nadia",
            "Olga",
            "Priya",
            "Quentin",
            "Rosa",
            "Samir",
            "Tomás",
            "Uma",
            "Valentina",
            "Wei",
            "Yusuf",
            "Zoë");
    private static final List<String> LAST = List.of(
            "Almeida",
            "Becker",
            "Castillo",
            "Dubois",
            "Eriksson",
            "Ferreira",
            "García",
            "Hansen",
            "Ivanova",
            "Jensen",
            "Kowalski",
            "Lindqvist",
            "Moreau",
            "Nakamura",
            "Okafor",
            "Petrov",
            "Quispe",
            "Rossi",
            "Schneider",
            "Tanaka",
            "Ueda",
            "Vasquez",
            "Weber",
            "Xu",
            "Yılmaz",
            "Zhang");
    private static final List<String> STREETS = List.of(
            "Harbour Street", "Linden Avenue", "Mill Lane", "Station Road", "Orchard Way", "Church Hill", "Quay Side");
    private static final List<String> TOWNS =
            List.of("Port Elin", "Nordby", "San Telmo", "Ashford", "Vila Nova", "Karlsten");
    private static final List<String> NOTES = List.of(
            "Penicillin allergy.",
            "Type 2 diabetes, metformin 500 mg twice daily.",
            "Asthma; inhaler renewed.",
            "Blood pressure 150/95, review in six weeks.",
            "Fracture of the left radius, cast removed.",
            "Migraine with aura; referred to neurology.",
            "Vaccinations complete.",
            "Pregnant, 22nd week, no complications.");

    private final SplittableRandom random;

    People(long seed) {
        this.random = new SplittableRandom(seed);
    }

    Person next() {
        return new Person(pick(FIRST) + " " + pick(LAST), ssn(), born(), address(), notes());
    }

    String ssn() {
        return String.format(
                Locale.ROOT,
                "%03d-%02d-%04d",
                100 + random.nextInt(799),
                1 + random.nextInt(99),
                random.nextInt(10_000));
    }

    String address() {
        return (1 + random.nextInt(180)) + " " + pick(STREETS) + ", " + pick(TOWNS);
    }

    String note() {
        return pick(NOTES);
    }

    private LocalDate born() {
        return LocalDate.of(1930, 1, 1).plusDays(random.nextInt(33_000));
    }

    private @Nullable String notes() {
        return random.nextInt(4) == 0 ? null : pick(NOTES);
    }

    private String pick(List<String> from) {
        return from.get(random.nextInt(from.size()));
    }
}
