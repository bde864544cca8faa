package dev.tegula.config;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.failure.ConfigurationException;
import org.junit.jupiter.api.Test;

class KmsAdaptersTest {

    /** No adapter is on the class path of the core. */
    @Test
    void of_typeOfAModuleOfOurs_namesTheModule() {
        assertThatThrownBy(() -> KmsAdapters.ofClassPath().of("tegula.kms.main.type", "vault"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("no KMS adapter has the type `vault`")
                .hasMessageContaining("Add tegula-kms-vault to the class path.");
        assertThatThrownBy(() -> KmsAdapters.ofClassPath().of("tegula.kms.main.type", "azure"))
                .hasMessageNotContaining("tegula-kms");
    }
}
