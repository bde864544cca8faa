package dev.tegula.kms.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.failure.ConfigurationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KeyNameTest {

    private static final String ID = "1234abcd-12ab-34cd-56ef-1234567890ab";

    @ParameterizedTest
    @CsvSource({
        "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab, false",
        "arn:aws-us-gov:kms:eu-central-1:111122223333:key/mrk-1234abcd12ab34cd56ef1234567890ab, false",
        "arn:aws:kms:eu-central-1:111122223333:alias/clinic/main, true",
        "1234abcd-12ab-34cd-56ef-1234567890ab, false",
        "mrk-1234abcd12ab34cd56ef1234567890ab, false",
        "alias/clinic_main-1, true"
    })
    void of_formKmsTakes_isKept(String key, boolean alias) {
        assertThat(KeyName.of(key, "eu-central-1")).isEqualTo(new KeyName(key, alias));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "clinic",
                "alias/",
                "alias/a b",
                "1234abcd",
                "1234abcd-12ab-34cd-56ef-1234567890ab\n",
                "arn:aws:kms:eu-central-1:111122223333:1234abcd-12ab-34cd-56ef-1234567890ab",
                "arn:aws:s3:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab",
                "arn:aws:kms:eu-central-1:111122223333:key/alias/clinic"
            })
    void of_anotherForm_isRefused(String key) {
        assertThatThrownBy(() -> KeyName.of(key, "eu-central-1"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("alias/NAME");
    }

    @ParameterizedTest
    @ValueSource(strings = {"key/1234abcd-12ab-34cd-56ef-1234567890ab", "alias/clinic"})
    void of_anotherRegion_isRefusedAndNamesBoth(String rest) {
        assertThatThrownBy(() -> KeyName.of("arn:aws:kms:us-east-1:111122223333:" + rest, "eu-central-1"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("us-east-1")
                .hasMessageContaining("eu-central-1");
    }

    @Test
    void mayBe_arnOfAnAnswer_isComparedUnlessAnAlias() {
        assertThat(KeyName.of(Steps.KEY, Steps.REGION).mayBe(Steps.KEY)).isTrue();
        assertThat(KeyName.of(ID, Steps.REGION).mayBe(Steps.KEY)).isTrue();
        assertThat(KeyName.of("alias/clinic", Steps.REGION).mayBe(Steps.OTHER_KEY))
                .isTrue();
        assertThat(KeyName.of(Steps.KEY, Steps.REGION).mayBe(Steps.OTHER_KEY)).isFalse();
        assertThat(KeyName.of(ID, Steps.REGION).mayBe(Steps.OTHER_KEY)).isFalse();
    }
}
