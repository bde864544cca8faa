package dev.tegula.cli.database;

import dev.tegula.registry.InstanceReport;
import dev.tegula.registry.KeyRegistry;

/**
 * The same registry, but this process does not report itself: it writes no values under a lease, so nobody has to wait
 * for it, and a census must not find the tool that takes it.
 */
final class SilentRegistry extends ForwardingRegistry {

    SilentRegistry(KeyRegistry registry) {
        super(registry);
    }

    @Override
    public void report(InstanceReport report) {
        // On purpose: see above.
    }
}
