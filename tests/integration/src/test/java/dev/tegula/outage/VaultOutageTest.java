package dev.tegula.outage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.Context;
import dev.tegula.FieldCipher;
import dev.tegula.failure.DeniedException;
import dev.tegula.failure.UnavailableException;
import dev.tegula.keyring.KeyringSettings;
import dev.tegula.kms.Kms;
import dev.tegula.outage.Load.Attempt;
import dev.tegula.outage.Load.Kind;
import dev.tegula.test.servers.NeedsVault;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@NeedsVault(own = true)
@Tag("long")
final class VaultOutageTest extends OutageLadder<VaultSide> {

    @Override
    VaultSide side() {
        return new VaultSide();
    }

    @Test
    void load_afterTheGrantIsRevoked_stopsWithinTheCacheTimeAndTheLease() {
        // With an outage limit that would serve on for ever: it is not what stops it.
        KeyringSettings settings = new KeyringSettings(
                SHORT.cacheTtl(), Duration.ofHours(1), SHORT.writeLease(), SHORT.writeLimit(), SHORT.maximumKeys());
        Duration bound = settings.cacheTtl().plus(settings.writeLease()).plus(Duration.ofSeconds(4));
        try (Load load = Load.on(database.sessions(database.engine(side.connect(), side.key(), settings)))) {
            side.revoke();
            long revoked = System.nanoTime();
            load.await(Kind.READ, a -> !a.worked());
            load.await(Kind.WRITE, a -> !a.worked());
            pause(Duration.ofNanos(revoked - System.nanoTime()).plus(bound));
            long over = System.nanoTime();
            pause(Duration.ofSeconds(1));

            assertThat(load.since(over)).isNotEmpty().noneMatch(Attempt::worked);
            assertThat(load.since(revoked)).filteredOn(a -> !a.worked()).allSatisfy(a -> assertThat(a.reason())
                    .isInstanceOf(DeniedException.class));
            side.grant();
            load.await(Kind.READ, Attempt::worked);
            load.await(Kind.WRITE, Attempt::worked);
        }
    }

    @Test
    void idleKey_revokedMeanwhile_isNotServedOnceMore() {
        KeyringSettings settings = new KeyringSettings(
                Duration.ofSeconds(1), Duration.ofHours(1), Duration.ofMinutes(1), Duration.ofMinutes(1), 10);
        FieldCipher<String> note =
                database.engine(side.connect(), side.key(), settings).field("idle.note", String.class);
        byte[] envelope = note.encrypt("value", Context.noTenant());
        side.revoke();
        pause(settings.cacheTtl().plusMillis(100));

        assertThatThrownBy(() -> note.decrypt(envelope, Context.noTenant())).isInstanceOf(DeniedException.class);
    }

    @Test
    void build_whileVaultIsSealed_saysThatItIsSealed() {
        database.engine(side.connect(), side.key(), SHORT).close();
        Kms kms = side.connect();
        side.server.seal();

        assertThatThrownBy(() -> database.engine(kms, side.key(), SHORT))
                .isInstanceOf(UnavailableException.class)
                .hasMessageContaining("sealed");
        side.server.unseal();
        database.engine(kms, side.key(), SHORT);
    }
}
