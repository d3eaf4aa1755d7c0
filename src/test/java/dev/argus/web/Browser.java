package dev.argus.web;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.openqa.selenium.By;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;

/**
 * A headless Chromium with an empty profile, for tests of the page.
 *
 * <p>Browser and driver are those of the machine. Selenium's own manager, which would download
 * them, is never asked; where one is missing a test skips itself on {@link #available()}.
 */
public final class Browser implements AutoCloseable {
  /** What a test says when it skips itself. */
  public static final String ABSENT =
      "no chromium and chromedriver on the PATH or in /usr/bin: the page is not tested";

  private static final List<String> BROWSERS =
      List.of("chromium", "chromium-browser", "google-chrome", "google-chrome-stable");
  private static final List<String> DRIVERS = List.of("chromedriver");

  private static final String DROP =
      """
      const input = arguments[0];
      const cargo = new DataTransfer();
      for (const file of input.files) cargo.items.add(file);
      input.remove();
      for (const type of ['dragenter', 'dragover', 'drop']) {
        document.body.dispatchEvent(
          new DragEvent(type, { dataTransfer: cargo, bubbles: true, cancelable: true }));
      }
      """;

  private static final String BARRIERS =
      """
      const done = arguments[0];
      axe.run({ resultTypes: ['violations'] }).then(
        (results) => done(results.violations
          .filter((v) => ['serious', 'critical'].includes(v.impact))
          .map((v) => `${v.id}: ${v.help}: ${v.nodes.map((n) => n.html).join(' ')}`)),
        (e) => done(['axe: ' + e]));
      """;

  private static final String CARRIER =
      """
      const input = document.createElement('input');
      input.type = 'file';
      input.multiple = true;
      input.hidden = true;
      document.body.append(input);
      return input;
      """;

  private final Path profile;
  private final ChromeDriver driver;

  /** Starts the browser; call only when {@link #available()}. */
  public Browser() {
    try {
      profile = Files.createTempDirectory("argus-browser");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    ChromeOptions options = new ChromeOptions();
    options.setBinary(find(BROWSERS).orElseThrow().toFile());
    options.addArguments(
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--disable-quic",
        "--disable-sync",
        "--disable-component-update",
        "--disable-background-networking",
        "--no-first-run",
        "--hide-scrollbars",
        "--user-data-dir=" + profile);
    ChromeDriverService service =
        new ChromeDriverService.Builder()
            .usingDriverExecutable(find(DRIVERS).orElseThrow().toFile())
            .usingAnyFreePort()
            .build();
    driver = new ChromeDriver(service, options);
  }

  /** Whether this machine has a browser and its driver. */
  public static boolean available() {
    return find(BROWSERS).isPresent() && find(DRIVERS).isPresent();
  }

  private static Optional<Path> find(List<String> names) {
    String path = System.getenv().getOrDefault("PATH", "");
    return Stream.concat(Stream.of(path.split(File.pathSeparator)), Stream.of("/usr/bin"))
        .filter(folder -> !folder.isBlank())
        .flatMap(folder -> names.stream().map(name -> Path.of(folder, name)))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /** Opens a page in a window whose inside has this size, in CSS pixels. */
  public void open(String url, int width, int height) {
    // A window of a desktop browser cannot be as narrow as a phone; its emulated screen can.
    driver.executeCdpCommand(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", width < 600));
    driver.get(url);
  }

  /** Makes pages do without JavaScript, or with it again. */
  public void scripts(boolean allowed) {
    driver.executeCdpCommand("Emulation.setScriptExecutionDisabled", Map.of("value", !allowed));
  }

  /** Makes pages see a touch screen, as phones have, or none. */
  public void touch(boolean enabled) {
    driver.executeCdpCommand("Emulation.setTouchEmulationEnabled", Map.of("enabled", enabled));
  }

  /**
   * What keeps people from using the page as it is now, by the rules of axe-core that it calls
   * serious or critical: a line each.
   */
  public List<String> barriers() {
    try (InputStream axe = Browser.class.getResourceAsStream("/axe.min.js")) {
      driver.executeScript(new String(axe.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    @SuppressWarnings("unchecked")
    List<String> found = (List<String>) driver.executeAsyncScript(BARRIERS);
    return found;
  }

  /** Makes pages that ask see a dark or a light colour scheme. */
  public void prefer(String colourScheme) {
    driver.executeCdpCommand(
        "Emulation.setEmulatedMedia",
        Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", colourScheme))));
  }

  /** Chooses files in the page's own file input. */
  public void choose(List<Path> files) {
    driver.findElement(By.cssSelector("input[type=file]")).sendKeys(paths(files));
  }

  /** Drags files over the page and drops them. */
  public void drop(List<Path> files) {
    WebElement carrier = (WebElement) driver.executeScript(CARRIER);
    carrier.sendKeys(paths(files));
    driver.executeScript(DROP, carrier);
  }

  private static String paths(List<Path> files) {
    return files.stream().map(f -> f.toAbsolutePath().toString()).collect(Collectors.joining("\n"));
  }

  /** The page as it is shown, for everything this class does not wrap. */
  public ChromeDriver page() {
    return driver;
  }

  /** Writes what the window shows as a PNG. */
  public void screenshot(Path png) {
    try {
      Files.createDirectories(png.toAbsolutePath().getParent());
      Files.write(png, driver.getScreenshotAs(OutputType.BYTES));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    driver.quit();
    try (Stream<Path> files = Files.walk(profile)) {
      files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
    } catch (IOException e) {
      // the browser may still remove files of its own while it ends; what stays is temporary
    } catch (UncheckedIOException e) {
      // likewise, thrown while walking
    }
  }
}
