package dev.tegula.kms;

import java.util.List;

/** A KMS whose settings were read, and which is not open yet. Keeps no secret, at most the files that hold one. */
public interface ConfiguredKms {

    /**
     * Opens it; the caller closes it. Makes no call where it can do without: the first use of a key does.
     *
     * @throws dev.tegula.failure.TegulaException as the methods of {@link Kek} do
     */
    Kms open();

    /**
     * What somebody can run to see more about a key that failed, in the words of the vendor; {@code tegula doctor} shows it
     * behind the failure. Empty for nothing.
     *
     * @param key the vendor's name of the key
     */
    default String cure(String key) {
        return "";
    }

    /**
     * Makes what {@link #open} needs on this host and is not there yet, a file of keys for example; {@code tegula init} asks
     * for it. It never replaces anything, and after a run that was killed in it, it goes on. Most adapters need nothing.
     *
     * @param first whether nothing was set up yet, so that no key can be under something that is gone
     * @param changing told before each change
     * @return what is needed, whether it was made or was there
     * @throws dev.tegula.failure.TegulaException if it cannot be made, or a part of it is gone
     */
    default List<Prepared> prepare(boolean first, Runnable changing) {
        return List.of();
    }

    /**
     * One thing that is needed on this host.
     *
     * @param what the thing, in a word or two
     * @param made whether it was made now
     * @param detail where it is
     */
    record Prepared(String what, boolean made, String detail) {}
}
