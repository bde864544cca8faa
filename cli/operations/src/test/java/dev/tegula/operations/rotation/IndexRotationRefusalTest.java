package dev.tegula.operations.rotation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.catalogue.IndexColumn;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.RefusedException;
import dev.tegula.operations.live.LiveLab;
import dev.tegula.registry.KeyInUseException;
import dev.tegula.registry.KeyRow;
import dev.tegula.registry.KeyState;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a replacement of the key of a blind index does not begin with, and what nobody may do beside it. */
final class IndexRotationRefusalTest extends IndexRotationLab {

    @Test
    void plan_ofAnIndexWithoutANextColumn_isRefusedWithTheStatement() {
        publish(Optional.empty());
        assertThatThrownBy(() -> rotation().plan(SSN))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("ADD \"ssn_index_next\" bytea UNIQUE");

        publish(Optional.of("ssn_next"));
        lab.sql("ALTER TABLE person DROP CONSTRAINT person_ssn_next_key");
        assertThatThrownBy(() -> rotation().plan(SSN))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("CREATE UNIQUE INDEX");
    }

    @Test
    void rotate_whileRowsHaveNoIndex_isRefused() {
        lab.sql("UPDATE person SET ssn_index = NULL WHERE id = 5");
        assertThatThrownBy(() -> rotate(IndexRotationListener.none()))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("tegula index backfill public.person.ssn_index");
        assertThat(keys(KeyState.PENDING)).isEmpty();
    }

    @Test
    void plan_ofAnIndexWithAKeyForEachTenant_isRefused_andLeftAloneBesideOneOverAll() {
        publish("tenant_index", Optional.of("tenant_next"), true);
        assertThat(rotation().plan(SSN).sources().keySet())
                .extracting(IndexColumn::column)
                .containsExactly("ssn_index");
        assertThat(rotate(IndexRotationListener.none()).outcome()).isEqualTo(RotationOutcome.DONE);
        assertThat(keys(KeyState.RETIRED)).hasSize(1);

        publish("ssn_index", Optional.of("ssn_next"), true);
        assertThatThrownBy(() -> rotation().plan(SSN))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("ssn_index has a key for each tenant");
    }

    @Test
    void secondKey_madeByHand_isRefused() {
        var lifecycle = lab.tegula.lifecycle(row -> {
            throw new IllegalStateException();
        });
        assertThatThrownBy(() -> lifecycle.create(SCOPE, "main"))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("tegula index rotate person.ssn");
        assertThatThrownBy(() -> lifecycle.prepare(SCOPE, "main")).isInstanceOf(RefusedException.class);
    }

    @Test
    void retire_ofTheNewKeyThatAFenceAsksFor_isRefused() {
        assertThatThrownBy(() -> rotate((at, detail) -> {
                    if (at == IndexStep.ACTIVATE) {
                        throw new IllegalStateException("ended here");
                    }
                }))
                .hasMessage("ended here");
        KeyRow pending = keys(KeyState.PENDING).get(0);

        assertThatThrownBy(() -> lab.tegula
                        .lifecycle(new Census(
                                lab.tegula, lab.database, LiveLab.shortLease().writeLimit()))
                        .retire(pending.keyId()))
                .isInstanceOf(KeyInUseException.class);
        assertThat(rotate(IndexRotationListener.none()).outcome()).isEqualTo(RotationOutcome.DONE);
    }
}
