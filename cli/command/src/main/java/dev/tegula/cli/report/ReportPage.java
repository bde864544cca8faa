package dev.tegula.cli.report;

import dev.tegula.config.Durations;
import dev.tegula.operations.check.CheckList;
import dev.tegula.operations.document.Counts;
import dev.tegula.registry.KeyState;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * A report for people: one page that needs nothing else, has no script, and may load nothing, by its own policy. The only style it
 * allows is the one whose hash it names.
 */
public final class ReportPage {

    private static final String CSS = css();

    private final Report report;
    private final Html html = new Html();

    private ReportPage(Report report) {
        this.report = report;
    }

    /** The page, as a file has it. */
    public static byte[] of(Report report) {
        return new ReportPage(report).write().getBytes(StandardCharsets.UTF_8);
    }

    private String write() {
        Report.About about = report.about();
        String title = "Encryption report: " + about.deployment() + ", " + about.database();
        html.open("html", "lang", "en").open("head");
        html.empty("meta", "charset", "utf-8");
        html.empty("meta", "http-equiv", "Content-Security-Policy", "content", policy());
        html.empty("meta", "name", "viewport", "content", "width=device-width, initial-scale=1");
        html.empty("meta", "name", "referrer", "content", "no-referrer");
        html.empty("meta", "name", "color-scheme", "content", "light dark");
        html.element("title", title).style(CSS).close();
        html.open("body")
                .open("header")
                .element("p", "Tegula", "class", "brand")
                .element("h1", "Encryption report");
        about(about);
        html.close().open("main");
        attention();
        glance();
        new ValueSections(html, report).write();
        new ScanSection(html).write(report.scan());
        new KeySections(html, report).write();
        new OtherSections(html, report).write();
        html.close().open("footer").open("p");
        html.text("Taken " + about.taken() + " by tegula report, release " + about.release()
                + ". No value, no secret and no key is on this page; names, numbers and findings are: give it only to who may know"
                + " them.");
        return html.close().close().close().close().page();
    }

    private static String policy() {
        return "default-src 'none'; style-src 'sha256-" + hash(CSS) + "'; base-uri 'none'; form-action 'none'";
    }

    private void about(Report.About about) {
        html.open("dl", "class", "about");
        pair("Deployment", about.deployment());
        pair("Database", about.database());
        pair("Profile", about.profile().toLowerCase(Locale.ROOT));
        pair("Taken", Times.minute(about.taken()));
        pair("Registry root", about.root().substring(0, 16) + "…");
        pair("Keys are due after", about.maxAge().map(Durations::format).orElse("not declared"));
        html.close();
    }

    private void pair(String name, String value) {
        html.open("div").element("dt", name).element("dd", value).close();
    }

    private void attention() {
        html.open("section", "id", "attention", "aria-labelledby", "h-attention");
        html.element("h2", "What needs attention", "id", "h-attention");
        if (report.attention().isEmpty()) {
            html.element("p", "Nothing that this report looked at.", "class", "verdict ok");
        } else {
            html.open("ul", "class", "attention");
            for (Attention one : report.attention()) {
                html.open("li", "class", one.level().name().toLowerCase(Locale.ROOT));
                html.element("span", word(one.level()), "class", "badge")
                        .open("div")
                        .open("p")
                        .sentence(one.text())
                        .close();
                if (!one.cure().isEmpty()) {
                    html.open("p", "class", "cure").element("code", one.cure()).close();
                }
                html.close().close();
            }
            html.close();
        }
        html.close();
    }

    private static String word(Attention.Level level) {
        return switch (level) {
            case WRONG -> "wrong";
            case DUE -> "due";
            case NOTE -> "note";
        };
    }

    private void glance() {
        List<ColumnFacts.Numbers> counts = report.columns().stream()
                .flatMap(part -> part.shown().stream())
                .flatMap(column -> column.counts().stream())
                .filter(ColumnFacts.Numbers::counted)
                .toList();
        boolean none = counts.isEmpty() && report.columns().map(Excerpt::all).orElse(1L) > 0;
        long active = counts.stream().mapToLong(ColumnFacts.Numbers::active).sum();
        long older = counts.stream().mapToLong(ColumnFacts.Numbers::older).sum();
        long unknown = counts.stream().mapToLong(ColumnFacts.Numbers::unknown).sum();
        long clear =
                counts.stream().mapToLong(ColumnFacts.Numbers::notEnvelopes).sum();
        html.open("section", "id", "glance", "aria-labelledby", "h-glance")
                .element("h2", "At a glance", "id", "h-glance");
        html.open("div", "class", "cards");
        card(none ? "?" : Counts.number(active + older + unknown), "encrypted values in " + inColumns(counts.size()));
        card(none ? "?" : Counts.number(clear), "values not encrypted where they should be");
        card(
                Counts.number(report.groups().shown().stream()
                        .mapToLong(group -> group.in(KeyState.ACTIVE))
                        .sum()),
                (report.groups().leftOut() == 0
                                ? "keys in use, of "
                                : "keys in use in the "
                                        + Counts.of(report.groups().shown().size(), "field") + " shown here, of ")
                        + Counts.number(report.keys().all()));
        report.secrets()
                .ifPresent(secrets -> card(
                        Counts.number(secrets.secrets().all()),
                        secrets.secrets().all() == 1 ? "secret" : "secrets"));
        report.trail()
                .ifPresent(trail -> card(
                        Counts.number(trail.report().entries()),
                        trail.report().clean() && !trail.report().noCommands()
                                ? "entries of the audit trail, all verified"
                                : "entries of the audit trail"));
        report.checks()
                .ifPresent(checks -> card(
                        checks.stream()
                                        .filter(c -> c.state() != CheckList.State.FAILED
                                                && c.state() != CheckList.State.SKIPPED)
                                        .count()
                                + " of " + checks.size(),
                        "checks passed"));
        html.close();
        new StackedBar()
                .part("active", active, "under the key in use")
                .part("older", older, "under older keys")
                .part("unknown", unknown, "under unknown keys")
                .part("clear", clear, "not encrypted")
                .write(html);
        html.open("p", "class", "legend");
        legend("active", none ? "?" : Counts.number(active), "under the key in use");
        legend("older", none ? "?" : Counts.number(older), "under older keys");
        legend("unknown", none ? "?" : Counts.number(unknown), "under unknown keys");
        legend("clear", none ? "?" : Counts.number(clear), "not encrypted");
        html.close().close();
    }

    /** Of how many columns the numbers are: of a cut list they are of what is shown. */
    private String inColumns(int counted) {
        if (report.columns().isEmpty()) {
            return "columns that could not be looked at";
        }
        long all = report.columns().get().all();
        if (counted == all) {
            return Counts.of(all, "column");
        }
        return counted == 0
                ? Counts.of(all, "column") + ", of which none was counted"
                : Counts.number(counted) + " of " + Counts.of(all, "column") + ": those that were counted"
                        + (report.columns().get().leftOut() == 0 ? "" : " and are shown");
    }

    private void legend(String kind, String number, String name) {
        html.open("span").open("svg", "class", "key", "viewBox", "0 0 8 8", "aria-hidden", "true");
        html.empty("rect", "class", kind, "width", "8", "height", "8").close();
        html.text(" " + number + " " + name).close();
    }

    private void card(String number, String what) {
        html.open("div", "class", "card")
                .element("strong", number)
                .element("span", what)
                .close();
    }

    private static String hash(String css) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(css.getBytes(StandardCharsets.UTF_8));
            return Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String css() {
        try (InputStream file = Objects.requireNonNull(
                ReportPage.class.getResourceAsStream("report.css"), "report.css of this program")) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
