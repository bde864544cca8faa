package dev.tegula.envelope;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which names get keys, and how names are shown. */
final class TenantIdTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                " ",
                "\t",
                "\u00a0",
                "\u3000 ",
                "acme ",
                " acme",
                "acme\u00a0",
                "acme\n",
                "ac\nme",
                "ac\u001bme",
                "ac\u0000me",
                "ac\u200bme",
                "ac\u2060me",
                "ac\ufeffme",
                "ac\u202eme",
                "ac\u00adme",
                "ac\u2028me",
                "ac\u00a0me",
                "ac\ue000me",
                "ac\u0378me",
                "acme\u3164",
                "acme\u115f",
                "acme\u2800",
                "acme\ufe0f",
                "ac\u034fme",
                "ac\udb40\udd00me",
                "Zu\u0308rich",
                "\u212b",
                "\u1100\u1161"
            })
    void oddity_ofANameThatLooksLikeAnother_isThere(String name) {
        TenantId tenant = TenantId.of(name);
        assertThat(tenant.oddity()).isPresent();
        assertThat(tenant.shown().codePoints()).allMatch(c -> Character.isLetterOrDigit(c) || (c >= ' ' && c < 0x7f));
        // What is stored still opens: the item is the format's, whatever the name.
        assertThat(TenantId.ofItem(tenant.item())).isEqualTo(tenant);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "acme",
                "42",
                "a b",
                "Z\u00fcrich",
                "\u682a\u5f0f\u4f1a\u793e",
                "a'b\"c",
                "\ud83d\ude00",
                "org:7/eu-west"
            })
    void oddity_ofAPlainName_isNone(String name) {
        assertThat(TenantId.of(name).oddity()).isEmpty();
    }

    @Test
    void shown_quotesAndEscapesWhatIsNoPlainWord() {
        assertThat(TenantId.of("org:7/eu-west").shown()).isEqualTo("org:7/eu-west");
        assertThat(TenantId.of("Z\u00fcrich").shown()).isEqualTo("Z\u00fcrich");
        assertThat(TenantId.of("acme ").shown()).isEqualTo("\"acme \"");
        assertThat(TenantId.of("ac\u200b\n\u001b[2J").shown()).isEqualTo("\"ac\\u200b\\u000a\\u001b[2J\"");
        assertThat(TenantId.of("Zu\u0308rich").shown()).isEqualTo("\"Zu\\u0308rich\"");
        assertThat(TenantId.of("a\"b").shown()).isEqualTo("\"a\\\"b\"");
        assertThat(TenantId.of("a\nb")).hasToString("tenant \"a\\u000ab\"");
        assertThat(TenantId.none().oddity()).isEmpty();
    }
}
