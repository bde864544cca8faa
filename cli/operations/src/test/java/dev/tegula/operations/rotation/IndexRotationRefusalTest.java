package dev.tegula.operations.rotation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.tegula.catalogue.IndexColumn;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.RefusedException;
import dev.tegula.operations.live.LiveLab;
import dev.tegula.registry.KeyInUseException;
import dev.tegula.registry.KeyRow;
import dev.tegula.registry.KeyState;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a replacement of the key of a blind index does not begin with, and what nobody may do beside it. */
@Tag("long")
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

    @ParameterizedTest
    @ValueSource(strings = {"text", "bytea[]", "uuid", ""})
    void plan_ofANextColumnOfAnotherType_isRefusedWithAStatementThatRuns(String type) {
        lab.sql("ALTER TABLE person DROP ssn_next");
        if (!type.isEmpty()) {
            lab.sql("ALTER TABLE person ADD ssn_next " + type);
        }
        Throwable refused = catchThrowable(() -> rotate(IndexRotationListener.none()));
        assertThat(refused)
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining(type.isEmpty() ? "is not there" : "is " + type + ";");
        assertThat(keys(KeyState.PENDING)).isEmpty();
        assertThat(lab.number(
                        "SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal AND tgrelid = 'person'::regclass"))
                .isZero();

        lab.sql(refused.getMessage().replaceFirst("(?s).*: `(ALTER TABLE .*)`\\..*", "$1"));
        assertThat(rotate(IndexRotationListener.none()).outcome()).isEqualTo(RotationOutcome.DONE);
    }

    /** The release before publishes the index as it maps it, while its rows are fenced with their next column. */
    @Test
    void plan_whereAReleaseWithoutTheNextColumnPublishedLast_saysWhoBringsItBack() {
        rotate(IndexRotationListener.none());
        publish(Optional.empty());
        assertThatThrownBy(() -> rotation().plan(SSN))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("have a next column, ssn_next,")
                .hasMessageContaining("an instance of a release that does not map it published the index last")
                .hasMessageNotContaining("ALTER TABLE");

        publish(Optional.of("ssn_next"));
        assertThat(rotate(IndexRotationListener.none()).outcome()).isEqualTo(RotationOutcome.DONE);
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
