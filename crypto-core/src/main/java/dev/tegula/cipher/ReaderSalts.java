package dev.tegula.cipher;

import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The AES keys of the salts that were read last: a writer uses one salt for up to 4,096 values, and scans meet them in a
 * row. Sixteen places of two each, so that two salts of one place, met in turn, do not displace each other. Thread-safe: a race
 * costs a derivation.
 */
final class ReaderSalts {

    private static final int PLACES = 16;

    private final Xaes xaes;
    private final AtomicReferenceArray<@Nullable Salted> salts = new AtomicReferenceArray<>(2 * PLACES);

    ReaderSalts(Xaes xaes) {
        this.xaes = xaes;
    }

    /** The AES key of the salt that starts at the offset. */
    GcmCiphers.Key at(byte[] envelope, int offset) {
        int place = 2 * ((31 * envelope[offset] + envelope[offset + 1]) & (PLACES - 1));
        Salted newer = salts.getAcquire(place);
        if (newer != null && newer.hasSaltAt(envelope, offset)) {
            return newer.key();
        }
        Salted older = salts.getAcquire(place + 1);
        Salted found =
                older != null && older.hasSaltAt(envelope, offset) ? older : Salted.copyOf(envelope, offset, xaes);
        salts.setRelease(place + 1, newer);
        salts.setRelease(place, found);
        return found.key();
    }
}
