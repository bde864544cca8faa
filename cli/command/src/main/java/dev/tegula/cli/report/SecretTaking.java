package dev.tegula.cli.report;

import dev.tegula.cli.database.OpenDatabase;
import dev.tegula.secret.Secret;
import dev.tegula.secret.SecretListing;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Looks at secrets, and opens none. */
final class SecretTaking {

    private SecretTaking() {}

    static SecretFacts take(OpenDatabase open, Instant now, int limit) {
        SecretListing listing = open.tegula().secrets().list(Optional.empty());
        List<Secret> live = listing.secrets().stream()
                .filter(secret -> secret.state() == Secret.State.LIVE)
                .toList();
        Map<String, Long> names = new TreeMap<>();
        Map<String, String> keks = open.configuration().secrets();
        keks.keySet().forEach(namespace -> names.put(namespace, 0L));
        listing.secrets().forEach(secret -> names.merge(secret.namespace().value(), 1L, Long::sum));
        Comparator<Secret> byName = Comparator.comparing(secret -> secret.name().value());
        Comparator<Secret> byExpiry =
                Comparator.comparing(secret -> secret.expires().orElse(Instant.MAX));
        long expired = live.stream().filter(secret -> secret.expired(now)).count();
        Instant soon = now.plus(Duration.ofDays(SecretFacts.SOON_DAYS));
        return new SecretFacts(
                names.entrySet().stream()
                        .map(entry -> new SecretFacts.Namespace(
                                entry.getKey(), keks.getOrDefault(entry.getKey(), ""), entry.getValue()))
                        .toList(),
                Excerpt.of(listing.secrets(), limit, byExpiry.thenComparing(byName), byName),
                listing.unverified(),
                expired,
                live.stream().filter(secret -> secret.expired(soon)).count() - expired);
    }
}
