package dev.tegula.test;

import dev.tegula.kms.Kek;
import dev.tegula.kms.Kms;
import java.util.List;
import java.util.Map;

/**
 * A service, the adapter under test, and what an operator can do to them; made again for each test of {@link KmsContract},
 * with KEKs that no other test touches. The steps change the service, not the adapter: they use an operator's own
 * connection. A step the service does not have keeps its default and is declared in {@link #gaps}.
 */
public interface KmsFixture {

    /** The adapter under test; the same object for the life of the fixture. */
    Kms kms();

    /** A good KEK of {@link #kms}. */
    Kek kek();

    /** Another good KEK of the same kind of service, with a key of its own. */
    Kek otherKek();

    /** What the service cannot do, with one line of reason each. A gap that is none any more fails its test. */
    default Map<KmsAbility, String> gaps() {
        return Map.of();
    }

    /**
     * How many bytes at the start of a wrapped key only address the key that wrapped it. A service looks a key up before
     * it verifies, so a change there may be refused as denied or as configuration too, not only as cannot-open.
     */
    default int addressBytes() {
        return 0;
    }

    /** Texts that must stand in no message and no log: tokens, secret ids, passwords the adapter was given. */
    default List<String> secrets() {
        return List.of();
    }

    /** Gives {@link #kek} a newer version, which wraps from now on. */
    default void addVersion() throws Exception {
        throw new UnsupportedOperationException("addVersion");
    }

    /** Refuses what versions of {@link #kek} before the newest wrapped (a minimum version), and nothing else. */
    default void refuseOldVersions() throws Exception {
        throw new UnsupportedOperationException("refuseOldVersions");
    }

    /** Refuses every use of {@link #kek}: disables it, or takes the right away. */
    default void deny() throws Exception {
        throw new UnsupportedOperationException("deny");
    }

    /** Makes the service unreachable, as a dead server or a cut line is. */
    default void cut() throws Exception {
        throw new UnsupportedOperationException("cut");
    }

    /** Closes the adapter and removes what the fixture made; called after each test. */
    default void close() throws Exception {
        kms().close();
    }
}
