package dev.tegula.operations.scan;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a value and a name give away. The numbers are examples from the documents that define them. */
final class PersonalDataTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ada@example.com                        | EMAIL",
                "  ada.lovelace+x@mail.example.co.uk    | EMAIL",
                "DE89370400440532013000                 | IBAN",
                "GB29 NWBK 6016 1331 9268 19            | IBAN",
                "4111111111111111                       | CARD",
                "5500-0000-0000-0004                    | CARD",
                "3400 0000 0000 009                     | CARD",
                "123-45-6789                            | NATIONAL_ID",
                "QQ 12 34 56 C                          | ",
                "AB123456C                              | NATIONAL_ID",
                "756.9217.0769.85                       | NATIONAL_ID",
                "255081416802538                        | NATIONAL_ID",
                "+41 44 668 18 00                       | PHONE",
                "(415) 555-2671                         | PHONE",
                "-----BEGIN RSA PRIVATE KEY-----        | PRIVATE_KEY",
                "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U | TOKEN",
                "key=AKIAIOSFODNN7EXAMPLE               | TOKEN"
            })
    void of_aValueOfAForm_isThatForm(String value, PersonalData form) {
        assertThat(PersonalData.of(value).orElse(null)).isEqualTo(form);
    }

    /** A digit is wrong, an area is never given, or it is something else. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "@",
                "ada@",
                "write to ada@example.com",
                "DE89370400440532013001",
                "4111111111111112",
                "000-12-3456",
                "666-12-3456",
                "912-12-3456",
                "756.9217.0769.84",
                "255081416802537",
                "2026-11-29",
                "1234567890123",
                "550e8400-e29b-41d4-a716-446655440000",
                "192.168.100.200",
                "-----BEGIN PUBLIC KEY-----",
                "eyJub3QiOiJhIHRva2VuIn0",
                "12 Main Street"
            })
    void of_whatOnlyLooksLikeIt_isNothing(String value) {
        assertThat(PersonalData.of(value)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "ssn, NATIONAL_ID",
        "patient_ssn, NATIONAL_ID",
        "nationalId, NATIONAL_ID",
        "email, EMAIL",
        "EMAIL_ADDRESS, EMAIL",
        "contactEmail, EMAIL",
        "mobile_phone, PHONE",
        "dateOfBirth, BIRTH_DATE",
        "born, BIRTH_DATE",
        "last_name, NAME",
        "street, ADDRESS",
        "home_address, ADDRESS",
        "card_number, CARD",
        "api_key, TOKEN",
        "password, PASSWORD"
    })
    void ofAName_thatSaysIt_isThat(String name, PersonalData what) {
        assertThat(ColumnWords.of(name)).contains(what);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "id",
                "email_id",
                "email_verified",
                "emailVerifiedAt",
                "password_hash",
                "ip_address",
                "phone_type",
                "address_id",
                "product_name",
                "span",
                "company",
                "description",
                "secret_version",
                "token_count"
            })
    void ofAName_thatOnlySpeaksOfIt_isNothing(String name) {
        assertThat(ColumnWords.of(name)).isEmpty();
    }
}
