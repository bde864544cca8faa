package dev.tegula.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.FieldSpec;
import dev.tegula.hibernate.type.EncryptedJavaType;
import org.hibernate.HibernateException;
import org.hibernate.dialect.PostgreSQLDialect;
import org.junit.jupiter.api.Test;

/** What the type refuses even where the query guard does not stand before it. */
final class EncryptedJavaTypeTest {

    private static final String CANARY = "CANARY-9753";

    private final EncryptedJavaType type =
            EncryptedJavaType.of(String.class, FieldSpec.of("x.field", String.class), false, "Patient.ssn");

    @Test
    void text_asALiteralOrInXml_isRefusedWithoutQuotingIt() {
        assertThatThrownBy(() -> type.fromString(CANARY))
                .isInstanceOf(HibernateException.class)
                .hasMessageContaining("Patient.ssn")
                .hasMessageNotContaining(CANARY);
    }

    @Test
    void literal_inSql_isRefusedWithoutQuotingIt() {
        assertThatThrownBy(() -> type.jdbcType()
                        .getJdbcLiteralFormatter(type)
                        .toJdbcLiteral(CANARY, new PostgreSQLDialect(), null))
                .isInstanceOf(HibernateException.class)
                .hasMessageContaining("Patient.ssn")
                .hasMessageNotContaining(CANARY);
    }

    @Test
    void value_asAnythingButBytes_isRefusedWithoutQuotingIt() {
        assertThatThrownBy(() -> type.unwrap(CANARY, String.class, null))
                .isInstanceOf(HibernateException.class)
                .hasMessageNotContaining(CANARY);
        assertThatThrownBy(() -> type.wrap(CANARY, null))
                .isInstanceOf(HibernateException.class)
                .hasMessageNotContaining(CANARY);
    }

    @Test
    void value_forALog_isMasked() {
        assertThat(type.toString(CANARY)).isEqualTo("***");
        assertThat(type.extractLoggableRepresentation(CANARY)).isEqualTo("***");
        assertThat(type.toString()).isEqualTo("EncryptedJavaType[Patient.ssn]");
    }
}
