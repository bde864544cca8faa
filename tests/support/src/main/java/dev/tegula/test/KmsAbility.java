package dev.tegula.test;

/** What a service may lack. An adapter that lacks one says so in {@link KmsFixture#gaps}; nothing is skipped in silence. */
public enum KmsAbility {
    /** A KEK can get a newer version that wraps from then on. */
    NEW_VERSION,
    /** A wrapped key and the status tell by which version of the KEK it was wrapped. */
    VERSION_NAMES,
    /** What older versions wrapped can be refused while newer versions work. */
    REFUSE_OLD_VERSIONS,
    /** A KEK can be disabled, or the right to use it taken away. */
    DENY,
    /** A name that no key has is refused, and makes no key. */
    REFUSE_UNKNOWN_KEYS,
    /** The service can be made unreachable. */
    OUTAGE
}
