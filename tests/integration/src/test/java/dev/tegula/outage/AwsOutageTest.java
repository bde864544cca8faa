package dev.tegula.outage;

import dev.tegula.test.servers.NeedsAwsKms;
import org.junit.jupiter.api.Tag;

/** moto does not refuse keys that are disabled, so a denial is shown with Vault only. */
@NeedsAwsKms
@Tag("long")
final class AwsOutageTest extends OutageLadder<AwsSide> {

    @Override
    AwsSide side() {
        return new AwsSide();
    }
}
