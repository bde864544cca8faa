package dev.tegula.sample;

import dev.tegula.test.servers.Chromium;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.logging.Level;
import org.openqa.selenium.By;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.WebDriverException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/** A headless Chromium that looks at the clinic. */
final class Browser implements AutoCloseable {

    static final int PHONE = 390;
    static final int DESKTOP = 1280;

    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private static final Duration PAUSE = Duration.ofMillis(50);

    private final ChromeDriver driver;
    private final String address;

    private Browser(ChromeDriver driver, String address) {
        this.driver = driver;
        this.address = address;
    }

    static Browser open(String address) {
        ChromeOptions options = new ChromeOptions();
        options.addArguments("--headless=new", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run");
        if ("root".equals(System.getProperty("user.name"))) {
            options.addArguments("--no-sandbox"); // there is none for root
        }
        LoggingPreferences console = new LoggingPreferences();
        console.enable(LogType.BROWSER, Level.ALL);
        options.setCapability("goog:loggingPrefs", console);
        ChromeDriverService service = new ChromeDriverService.Builder()
                .usingDriverExecutable(Chromium.driver().toFile())
                .usingAnyFreePort()
                .build();
        ChromeDriver driver = new ChromeDriver(service, options);
        driver.manage().timeouts().pageLoadTimeout(PATIENCE).scriptTimeout(PATIENCE);
        return new Browser(driver, address);
    }

    /** Gives the page so many pixels, as a phone has them below {@link #DESKTOP}. */
    Browser wide(int width) {
        driver.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", 900, "deviceScaleFactor", 1, "mobile", width < DESKTOP));
        return this;
    }

    /** Shows pages as on a screen or on paper, and as who prefers light or dark has them. */
    void shown(String media, String scheme) {
        driver.executeCdpCommand(
                "Emulation.setEmulatedMedia",
                Map.of("media", media, "features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
    }

    /** The page as it is printed, on the paper that it asks for. */
    byte[] pdf() {
        Map<String, Object> printed =
                driver.executeCdpCommand("Page.printToPDF", Map.of("preferCSSPageSize", true, "printBackground", true));
        return Base64.getDecoder().decode(String.valueOf(printed.get("data")));
    }

    void go(String path) {
        driver.get(address + path);
    }

    /** The path of the page that is shown. */
    String path() {
        return driver.getCurrentUrl().substring(address.length());
    }

    String text(String css) {
        return element(css).getText();
    }

    String attribute(String css, String name) {
        return String.valueOf(element(css).getDomAttribute(name));
    }

    List<String> texts(String css) {
        return driver.findElements(By.cssSelector(css)).stream()
                .map(WebElement::getText)
                .toList();
    }

    void type(String css, String text) {
        WebElement field = element(css);
        field.clear();
        field.sendKeys(text);
    }

    /** A date is not typed: in which order depends on the language of the host. */
    void date(String css, String iso) {
        script("document.querySelector(arguments[0]).value = arguments[1]", css, iso);
    }

    /** Clicks what sends a form or follows a link, and waits for the page after it. */
    void click(String css) {
        WebElement before = element("html");
        element(css).click();
        await(() -> stale(before));
        await(() -> "complete".equals(script("return document.readyState")));
    }

    private static boolean stale(WebElement element) {
        try {
            element.isDisplayed();
            return false;
        } catch (StaleElementReferenceException e) {
            return true;
        } catch (WebDriverException e) {
            // asked while one document takes the other's place, the driver hands on the browser's own words
            if (String.valueOf(e.getMessage()).contains("does not belong to the document")) {
                return true;
            }
            throw e;
        }
    }

    void awaitText(String css, String text) {
        await(() -> Boolean.TRUE.equals(
                script("return document.querySelector(arguments[0])?.textContent.trim() === arguments[1]", css, text)));
    }

    private static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("The page does not come to show what it should.");
            }
            LockSupport.parkNanos(PAUSE.toNanos());
        }
    }

    Object script(String script, Object... arguments) {
        return driver.executeScript(script, arguments);
    }

    /** How many pixels of the page are to the right of what one sees. */
    long overflow(int width) {
        return (Long) script(
                "const page = document.documentElement; return page.scrollWidth - Math.min(arguments[0],"
                        + " page.clientWidth)",
                width);
    }

    /** Whether scripts run in the pages that are loaded from now on. */
    void scripts(boolean allowed) {
        driver.executeCdpCommand("Emulation.setScriptExecutionDisabled", Map.of("value", !allowed));
    }

    /** What the console complained of since the last call: errors of scripts, of the policy, missing files. */
    List<String> complaints() {
        return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
                .filter(entry -> entry.getLevel().intValue() >= Level.WARNING.intValue())
                .map(LogEntry::getMessage)
                .toList();
    }

    /** All of the page, as it was sent. */
    String source() {
        return driver.getPageSource();
    }

    private WebElement element(String css) {
        return driver.findElement(By.cssSelector(css));
    }

    @Override
    public void close() {
        driver.quit();
    }
}
