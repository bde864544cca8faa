package dev.tegula.sample;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.cli.report.ReportPage;
import dev.tegula.test.servers.NeedsChromium;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The page of {@code tegula report} in a real browser: on a phone, a desk and paper, in light and dark. */
@NeedsChromium
@Tag("long")
class ReportInChromiumTest {

    private static final String SMALL = "/small.html";
    private static final String LARGE = "/large.html";

    /** Elements with text of their own whose text does not stand out from what is behind it. */
    private static final String FAINT = """
            const rgb = text => (text.match(/[0-9.]+/g) || []).map(Number);
            const light = ([r, g, b]) => { const l = [r, g, b].map(v => v / 255)
                .map(v => v <= 0.04045 ? v / 12.92 : Math.pow((v + 0.055) / 1.055, 2.4));
              return 0.2126 * l[0] + 0.7152 * l[1] + 0.0722 * l[2]; };
            const behind = element => { for (let e = element; e; e = e.parentElement) {
                const c = rgb(getComputedStyle(e).backgroundColor);
                if (c.length === 3 || c[3] > 0) return c; } return [255, 255, 255]; };
            const ratio = (a, b) => { const x = light(a), y = light(b); return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05); };
            const faint = [];
            for (const e of document.querySelectorAll('body *')) {
              const own = [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim());
              if (own && ratio(rgb(getComputedStyle(e).color), behind(e)) < 4.5)
                faint.push(e.tagName + '.' + e.className + ' ' + e.textContent.slice(0, 20)); }
            for (const e of document.querySelectorAll('.bar rect:not(.rest)'))
              if (ratio(rgb(getComputedStyle(e).fill), behind(e.parentElement)) < 3) faint.push('rect.' + e.getAttribute('class'));
            return [...new Set(faint)].slice(0, 10);""";

    /** Parts of one cell that stand in one line with a hole between them. */
    private static final String TORN = """
            const torn = [];
            for (const cell of document.querySelectorAll('td')) {
              const parts = [...cell.childNodes].filter(n => n.textContent.trim()).map(n => {
                const range = document.createRange(); range.selectNodeContents(n); return [...range.getClientRects()]; });
              for (let i = 1; i < parts.length; i++) {
                const left = parts[i - 1].at(-1), right = parts[i][0];
                if (left && right && left.bottom > right.top && right.bottom > left.top && right.left - left.right > 12)
                  torn.push(cell.textContent); } }
            return torn.slice(0, 10);""";

    private static Browser browser;

    @BeforeAll
    static void start(@TempDir Path folder) throws IOException {
        Files.write(folder.resolve("small.html"), ReportPage.of(ReportExample.of(6)));
        Files.write(folder.resolve("large.html"), ReportPage.of(ReportExample.of(500)));
        browser = Browser.open("file://" + folder);
    }

    @AfterAll
    static void stop() {
        if (browser != null) {
            browser.close();
        }
    }

    @AfterEach
    void nothingToComplainOf() {
        browser.shown("", "light");
        assertThat(browser.complaints()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {Browser.PHONE, Browser.DESKTOP})
    void page_onAPhoneAndADesk_isNoWiderThanTheScreen(int width) {
        browser.wide(width);
        for (String page : List.of(SMALL, LARGE)) {
            browser.go(page);
            assertThat(browser.overflow(width)).as(page).isZero();
            assertThat(browser.script(
                            "return [...document.querySelectorAll('section')].filter(s => s.scrollWidth > s.clientWidth)"
                                    + ".map(s => s.id)"))
                    .as("sections of " + page + " that hold more than they show")
                    .isEqualTo(List.of());
            assertThat(browser.script(TORN)).as(page).isEqualTo(List.of());
        }
    }

    @Test
    void whatTheScanFound_isListedWithTheNamesThatSomebodyElseChose() {
        browser.wide(Browser.PHONE);
        browser.go(SMALL);
        assertThat(browser.text("#scan"))
                .contains("archive.old_patient.blob", "envelopes, in no catalogue")
                .contains("</th><script>document.title='owned'")
                .contains("hr.salary, not read: no right to read it")
                .contains("in about 1,000 rows of 1,000 of 1,042 tables")
                .contains("and Tegula's own tables: values of secrets are opened by tegula verify tegula.secret");
    }

    @ParameterizedTest
    @CsvSource({"screen, light", "screen, dark", "print, light", "print, dark"})
    void text_inEachSchemeAndOnPaper_standsOutFromWhatIsBehindIt(String media, String scheme) {
        browser.wide(Browser.DESKTOP).shown(media, scheme);
        browser.go(SMALL);
        assertThat(browser.script(FAINT)).isEqualTo(List.of());
        Object page = browser.script("return getComputedStyle(document.body).backgroundColor");
        assertThat(page.equals("rgb(18, 22, 29)")).isEqualTo(media.equals("screen") && scheme.equals("dark"));
    }

    @Test
    void page_forWhoHearsIt_hasALanguageATitleAndNamedTables() {
        browser.wide(Browser.PHONE);
        browser.go(SMALL);
        assertThat(browser.script("return document.documentElement.lang")).isEqualTo("en");
        assertThat(browser.script("return document.title")).isEqualTo("Encryption report: clinic-prod, clinic");
        assertThat(browser.script("return document.querySelectorAll('h1').length"))
                .isEqualTo(1L);
        assertThat(browser.script("return [...document.querySelectorAll('section')].filter(s =>"
                        + " document.getElementById(s.getAttribute('aria-labelledby'))?.tagName !== 'H2').length"))
                .isEqualTo(0L);
        assertThat(browser.script("return [...document.querySelectorAll('table')].filter(t =>"
                        + " !t.caption?.textContent || t.getAttribute('role') !== 'table'"
                        + " || [...t.querySelectorAll('th')].some(h => !['row', 'col'].includes(h.scope))"
                        + " || [...t.rows].some(r => r.cells.length !== t.rows[0].cells.length)).length"))
                .isEqualTo(0L);
        assertThat(browser.script("return [...document.querySelectorAll('svg')].filter(s =>"
                        + " !s.getAttribute('aria-label') && s.getAttribute('aria-hidden') !== 'true').length"))
                .isEqualTo(0L);
    }

    @Test
    void namesThatSomebodyElseChose_areTextAndNothingElse() {
        browser.wide(Browser.DESKTOP);
        browser.go(SMALL);
        assertThat(browser.script("return document.querySelectorAll('script, img, a, iframe, link').length"))
                .isEqualTo(0L);
        assertThat(browser.text("#instances"))
                .contains("</th><script>document.title='owned'</script>", "\\u202e\\u0007&amp;\"'");
        assertThat(browser.text("#columns")).contains("</th><script>");
        assertThat(browser.text("#checks")).contains("onerror=alert(1)");
    }

    @Test
    void script_thatGotIntoThePage_wouldNotRun() throws IOException {
        browser.wide(Browser.DESKTOP);
        browser.go(SMALL);
        Object ran = browser.script("""
                const image = document.createElement('img');
                image.setAttribute('onerror', "document.title = 'owned'");
                document.body.append(image);
                const script = document.createElement('script');
                script.textContent = "document.title = 'owned'";
                document.body.append(script);
                return document.title;""");
        assertThat(ran).isEqualTo("Encryption report: clinic-prod, clinic");
        assertThat(browser.complaints()).isNotEmpty().allMatch(said -> said.contains("Content Security Policy"));
    }

    @Test
    void page_onPaper_isA4AndOfAFewPages() {
        browser.wide(Browser.DESKTOP);
        browser.go(SMALL);
        String pdf = new String(browser.pdf(), StandardCharsets.ISO_8859_1);
        assertThat(pdf).startsWith("%PDF-");
        Matcher page =
                Pattern.compile("/MediaBox \\[0 0 ([0-9.]+) ([0-9.]+)\\]").matcher(pdf);
        int pages = 0;
        while (page.find()) {
            pages++;
            assertThat(Double.parseDouble(page.group(1))).isBetween(594.0, 596.5);
            assertThat(Double.parseDouble(page.group(2))).isBetween(841.0, 843.5);
        }
        assertThat(pages).isBetween(3, 8);
    }

    @Test
    void page_ofManyFields_isBoundedAndSaysWhatIsLeftOut() throws IOException {
        assertThat(ReportPage.of(ReportExample.of(500)).length).isLessThan(2 << 20);
        browser.wide(Browser.DESKTOP);
        browser.go(LARGE);
        assertThat(browser.texts(".left"))
                .contains("9,800 of 10,000 keys are left out, those with the least to say about them;"
                        + " tegula keys list shows all.");
    }
}
