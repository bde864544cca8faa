package dev.tegula.kms;

import dev.tegula.envelope.FieldId;
import dev.tegula.envelope.KeyId;
import dev.tegula.envelope.Purpose;
import dev.tegula.envelope.Scope;
import dev.tegula.envelope.Suite;
import dev.tegula.envelope.TenantId;
import dev.tegula.failure.CannotOpenException;
import dev.tegula.failure.ConfigurationException;
import java.security.SecureRandom;
import java.util.Arrays;

/**
 * Finds a KEK that ignores context (a Vault transit key with {@code derived=false} accepts it and ignores it): what was
 * wrapped under one context must not open under another.
 */
public final class KekProbe {

    /** What values of no use are bound to, in place of the name of a deployment. */
    public static final String DEPLOYMENT = "tegula-probe";

    /** The scope of such values; a policy that looks at context must allow it. */
    public static final Scope SCOPE = new Scope(TenantId.none(), new FieldId("tegula.probe"), Purpose.REGISTRY);

    private static final SecureRandom RANDOM = new SecureRandom();

    private KekProbe() {}

    /**
     * Wraps a random value under one context, unwraps it under the same and tries another.
     *
     * @throws ConfigurationException if the other context opens it, or the same does not give it back
     */
    public static void check(String alias, Kek kek) {
        byte[] value = new byte[32];
        RANDOM.nextBytes(value);
        WrapContext here = context();
        WrappedKey wrapped = Keks.answer(kek.wrap(value, here), alias, "wrap");
        byte[] back = Keks.answer(kek.unwrap(wrapped, here), alias, "unwrap");
        try {
            if (!Arrays.equals(value, back)) {
                throw new ConfigurationException("KEK `" + alias + "` (" + kek.provider()
                        + ") does not give back what it wrapped; it is refused.");
            }
            checkOpened(alias, kek, wrapped, context());
        } finally {
            Arrays.fill(value, (byte) 0);
            Arrays.fill(back, (byte) 0);
        }
    }

    /**
     * Tries what has opened under its own context under another.
     *
     * @throws ConfigurationException if that opens it
     */
    static void checkOpened(String alias, Kek kek, WrappedKey opened, WrapContext other) {
        try {
            Arrays.fill(Keks.answer(kek.unwrap(opened, other), alias, "unwrap"), (byte) 0);
        } catch (CannotOpenException expected) {
            return;
        }
        throw new ConfigurationException("KEK `" + alias + "` (" + kek.provider() + ", " + kek.key()
                + ") ignores context: a key wrapped under one context opened under another. It is refused; use a key that"
                + " binds context (for Vault transit: derived=true).");
    }

    /** The context of a value of no use, another one each time. */
    public static WrapContext context() {
        byte[] id = new byte[KeyId.SIZE_BYTES];
        RANDOM.nextBytes(id);
        return WrapContext.of(DEPLOYMENT, Suite.XAES_256_GCM, SCOPE, KeyId.copyOf(id));
    }
}
