package dev.tegula.sample;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.test.servers.NeedsChromium;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The pages as a person meets them, in a real browser. */
@Tag("long")
@NeedsChromium
class PagesInChromiumTest {

    private static OpenClinic clinic;

    private static Browser browser;

    @BeforeAll
    static void start(@TempDir Path folder) throws Exception {
        clinic = OpenClinic.start(folder);
        browser = Browser.open(clinic.address());
    }

    @AfterAll
    static void stop() {
        if (browser != null) {
            browser.close();
        }
        if (clinic != null) {
            clinic.close();
        }
    }

    @BeforeEach
    void look() {
        browser.wide(Browser.DESKTOP);
    }

    @AfterEach
    void nothingToComplainOf() {
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void patient_justAdded_isSeenInClearBesideItsEnvelope() {
        add("Berta Example", "700-10-0001", "1980-02-29");
        assertThat(browser.text("h1")).isEqualTo("Berta Example");
        assertThat(browser.text("#ssn")).isEqualTo("700-10-0001");
        assertThat(browser.text("#born")).isEqualTo("1980-02-29");
        String stored = browser.text("#stored-ssn .hex");
        assertThat(stored).startsWith("0100").hasSize(2 * 86).matches("[0-9a-f]+");
        assertThat(stored).doesNotContain(HexFormat.of().formatHex("700-10-0001".getBytes(StandardCharsets.UTF_8)));
        assertThat(browser.text("#stored-ssn mark"))
                .startsWith(dataKey("patient.ssn").id());
        assertThat(browser.text("#stored-ssn_index .hex")).hasSize(2 * 32);
    }

    @Test
    void search_byNumber_findsHoweverItIsWrittenAndLeavesNoTraceInTheAddress() {
        add("Carl Example", "700-20-0002", "1980-02-29");
        String patient = browser.path();
        search("700200002");
        assertThat(browser.path()).isEqualTo(patient);
        search("700-20-0003");
        assertThat(browser.text("#search-says")).isEqualTo("No patient has this number.");
        assertThat(browser.path()).isEqualTo("/patients/search");
    }

    @Test
    void form_withMistakes_saysWhichAndKeepsTheRest() {
        add("Dora Example", "700-30", "2999-01-01");
        assertThat(browser.text("#ssn-says")).isEqualTo("nine digits, as in 123-45-6789");
        assertThat(browser.text("#born-says")).isEqualTo("not in the future");
        assertThat(browser.attribute("#ssn", "aria-invalid")).isEqualTo("true");
        assertThat(browser.attribute("#name", "value")).isEqualTo("Dora Example");
        browser.type("#ssn", "123-45-6789");
        browser.date("#born", "1980-02-29");
        browser.click("main button");
        assertThat(browser.text("#ssn-says")).isEqualTo("another patient has this number");
    }

    @Test
    void patient_changedAndRemoved_isAnotherAndGone() {
        add("Emil Example", "700-40-0004", "1980-02-29");
        browser.click("a.button");
        browser.type("#ssn", "700-40-0005");
        browser.click("main button");
        assertThat(browser.text("#ssn")).isEqualTo("700-40-0005");
        search("700-40-0004");
        assertThat(browser.text("#search-says")).isEqualTo("No patient has this number.");
        search("700-40-0005");
        browser.script("document.querySelector('details').open = true");
        browser.click("button.danger");
        search("700-40-0005");
        assertThat(browser.text("#search-says")).isEqualTo("No patient has this number.");
    }

    @Test
    void form_ofAPatientThatSomebodyChanged_isNotSavedBeforeThatWasSeen() throws Exception {
        add("Frida Example", "700-60-0006", "1980-02-29");
        String id = browser.path().replace("/patients/", "");
        browser.click("a.button");
        new ClinicClient(clinic.address()).note(id, "of the other one");
        browser.type("#name", "Frida Changed");
        browser.click("main button");
        assertThat(browser.text("#meanwhile")).startsWith("Not saved: somebody changed this patient since");
        assertThat(browser.attribute("#name", "value")).isEqualTo("Frida Changed");
        assertThat(clinic.bean(Desk.class).find(UUID.fromString(id)).orElseThrow().notes)
                .isEqualTo("of the other one");
        browser.click("main button");
        assertThat(browser.text("h1")).isEqualTo("Frida Changed");
    }

    /** The page is open, a terminal rotates, nobody reloads. */
    @Test
    void keys_whileTheyAreRotated_moveOnTheOpenPage() {
        browser.go("/keys");
        Keys.Key before = dataKey("patient.born");
        assertThat(before.values()).isGreaterThanOrEqualTo(OpenClinic.PATIENTS);
        browser.script("window.never = 'reloaded'");
        browser.awaitText(values(before), before.values().toString());

        assertThat(clinic.tegula("rotate", "patient.born", "--yes")).isZero();

        Keys.Key after = dataKey("patient.born");
        assertThat(after.version()).isEqualTo(before.version() + 1);
        browser.awaitText(values(after), before.values().toString());
        browser.awaitText(values(before), "0");
        browser.awaitText("tr[data-key='" + before.id() + "'] .state", "RETIRED");
        assertThat(browser.text("#live")).isEqualTo("Live");
        assertThat(browser.script("return window.never")).isEqualTo("reloaded");
    }

    @ParameterizedTest
    @ValueSource(ints = {Browser.PHONE, Browser.DESKTOP})
    void pages_onAPhoneAndADesk_areNoWiderThanTheScreen(int width) {
        add(
                "A name of one long word " + "x".repeat(60) + width,
                "700-5" + width % 10 + "-" + (1000 + width),
                "1980-02-29");
        String patient = browser.path();
        browser.wide(width);
        for (String page : List.of("/patients", patient, patient + "/edit", "/patients/new", "/keys")) {
            browser.go(page);
            assertThat(browser.overflow(width)).as(page).isZero();
        }
    }

    @Test
    void pages_withoutScripts_doAllButCountLive() {
        browser.scripts(false);
        try {
            search("123-45-6789");
            assertThat(browser.text("h1")).isEqualTo("Ada Ferreira");
            browser.go("/keys");
            assertThat(browser.texts("noscript a")).containsExactly("Count again");
            assertThat(browser.text(values(dataKey("patient.ssn")))).matches("[0-9]+");
        } finally {
            browser.scripts(true);
        }
    }

    private void add(String name, String ssn, String born) {
        browser.go("/patients/new");
        browser.type("#name", name);
        browser.type("#ssn", ssn);
        browser.date("#born", born);
        browser.type("#notes", "a note");
        browser.click("main button");
    }

    private void search(String number) {
        browser.go("/patients");
        browser.type("#search", number);
        browser.click(".search button");
    }

    private static String values(Keys.Key key) {
        return "tr[data-key='" + key.id() + "'] .values";
    }

    /** The newest data key of a field. */
    private static Keys.Key dataKey(String field) {
        return clinic.bean(Keys.class).list().stream()
                .filter(key -> key.field().equals(field) && key.purpose().equals("DATA"))
                .findFirst()
                .orElseThrow();
    }
}
