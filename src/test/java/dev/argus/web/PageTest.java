package dev.argus.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.Rectangle;
import org.openqa.selenium.WebElement;

/**
 * The page at {@code /}, in a real browser, under the content security policy it must live with.
 */
class PageTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final int AT_ONCE = 6;
  private static final String ANSWERED = "1 answered, 0 waiting, 0 failed";
  private static Browser browser;

  @TempDir Path folder;
  private FakeImagesApi argus;

  @BeforeAll
  static void startBrowser() {
    Assumptions.assumeTrue(Browser.available(), Browser.ABSENT);
    browser = new Browser();
  }

  @AfterAll
  static void stopBrowser() {
    if (browser != null) {
      browser.close();
    }
  }

  @BeforeEach
  void startServer() throws IOException {
    argus = new FakeImagesApi(1);
  }

  @AfterEach
  void stopServer() {
    argus.close();
  }

  @Test
  void twelveDroppedPhotosGetTheirOwnAnswersSixAtATime() throws IOException {
    argus.close();
    argus = new FakeImagesApi(AT_ONCE);
    List<Path> photos = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      photos.add(photo("photo-" + i + ".png", Color.getHSBColor(i / 12f, 0.6f, 0.9f)));
    }
    browser.open(argus.url(), 1440, 900);
    browser.drop(photos);
    awaitSummary("12 answered, 0 waiting, 0 failed");

    Map<String, String> labels =
        items().stream()
            .collect(Collectors.toMap(i -> i.getDomAttribute("data-name"), i -> text(i, "label")));
    assertThat(labels).hasSize(12);
    assertThat(labels).allSatisfy((name, label) -> assertThat(label).isEqualTo("label-of-" + name));
    assertThat(argus.mostOpen()).isEqualTo(AT_ONCE);
    assertThat(items()).allSatisfy(i -> assertThat(text(i, "sure")).isEqualTo("88%"));
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(thumbnails()).hasSize(12));
  }

  @Test
  void aPhotoThatCannotBeDecodedShowsTheReason() throws IOException {
    WebElement item = chooseOne("broken.png", "0 answered, 0 waiting, 1 failed");
    assertThat(item.getDomAttribute("data-state")).isEqualTo("failed");
    assertThat(text(item, "reason"))
        .isEqualTo("The photo cannot be decoded: " + FakeImagesApi.REASON);
    assertThat(item.findElement(By.className("again")).isDisplayed()).isFalse();
  }

  @Test
  void aRefusedPhotoIsSentAgainAfterRetryAfter() throws IOException {
    WebElement item = chooseOne("busy.png", "1 answered, 0 waiting, 0 failed");
    assertThat(text(item, "label")).isEqualTo("label-of-busy.png");
    assertThat(argus.posts("busy.png")).isEqualTo(2);
  }

  @Test
  void aPassedDeadlineIsFollowedToWhereTheResultWillBe() throws IOException {
    WebElement item = chooseOne("late.png", "1 answered, 0 waiting, 0 failed");
    assertThat(text(item, "label")).isEqualTo("label-of-late.png");
    assertThat(argus.posts("late.png")).as("not uploaded again").isEqualTo(1);
  }

  @Test
  void markupInAFileNameStaysText() throws IOException {
    String name = "<img src=x onerror=document.title='owned'>.png";
    WebElement item = chooseOne(name, "1 answered, 0 waiting, 0 failed");
    assertThat(text(item, "name")).isEqualTo(name);
    assertThat(text(item, "label")).isEqualTo("label-of-" + name);
    assertThat(item.findElements(By.cssSelector(".text img"))).isEmpty();
    assertThat(browser.page().getTitle()).isEqualTo("Argus");
  }

  @Test
  void markupInAnAnswerStaysTextToo() throws IOException {
    WebElement item = chooseOne("\"><svg onload=document.title='owned'>.png", ANSWERED);
    assertThat(text(item, "label")).startsWith("label-of-").contains("<svg onload");
    assertThat(browser.page().findElements(By.cssSelector("main svg"))).isEmpty();
    assertThat(browser.page().getTitle()).isEqualTo("Argus");
  }

  @Test
  void aTokenIsAskedForOnceWhenArgusWantsOneAndGoesWithEveryCallOfThisTabOnly() throws IOException {
    String token = "page-token-0123456789";
    argus.demand(token);
    browser.open(argus.url(), 1440, 900);
    browser.choose(List.of(photo("one.png", Color.CYAN)));
    WebElement form = browser.page().findElement(By.id("access"));
    await().atMost(PATIENCE).until(form::isDisplayed);
    browser.drop(List.of(photo("two.png", Color.PINK)));
    awaitSummary("0 answered, 2 waiting, 0 failed");
    WebElement field = form.findElement(By.cssSelector("input[type=password]"));
    assertThat(field.getAccessibleName()).contains("token");
    assertThat(browser.page().switchTo().activeElement()).isEqualTo(field);

    field.sendKeys("wrong-token-0123456789", Keys.ENTER);
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(field.getAccessibleName()).contains("does not know"));
    await().atMost(PATIENCE).until(form::isDisplayed);
    field.sendKeys(token, Keys.ENTER);
    awaitSummary("2 answered, 0 waiting, 0 failed");
    assertThat(form.isDisplayed()).isFalse();
    assertThat(field.getDomProperty("value")).isEmpty();
    assertThat(
            browser
                .page()
                .executeScript("return localStorage.length + '|' + document.cookie + '|'"))
        .isEqualTo("0||");

    browser.open(argus.url(), 1440, 900);
    browser.choose(List.of(photo("three.png", Color.GRAY)));
    awaitSummary(ANSWERED);
    browser.page().executeScript("sessionStorage.clear()");
  }

  @Test
  void aLinkToWhatNeedsATokenShowsItAsText() throws IOException {
    argus.demand("page-token-0123456789");
    browser.open(argus.url(), 1440, 900);
    browser.page().executeScript("sessionStorage.setItem('argus-token', 'page-token-0123456789')");
    browser.choose(List.of(photo("linked.png", Color.CYAN)));
    awaitSummary(ANSWERED);
    items().get(0).findElement(By.cssSelector("a.json")).click();
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(browser.page().findElement(By.tagName("body")).getText())
                    .contains("\"status\"")
                    .doesNotContain("A token is needed"));
    assertThat(browser.page().getCurrentUrl()).startsWith("blob:");
    browser.open(argus.url(), 1440, 900);
    browser.page().executeScript("sessionStorage.clear()");
  }

  @Test
  void theRealWebTierLetsItsOwnPageUploadWithATokenAndNoOtherPage() throws IOException {
    String token = "page-token-0123456789";
    try (TestTier tier = new TestTier("USER_TOKEN", token)) {
      browser.open("http://localhost:" + tier.port() + "/", 1440, 900);
      browser.choose(List.of(noise("large.png")));
      WebElement form = browser.page().findElement(By.id("access"));
      await().atMost(PATIENCE).until(form::isDisplayed);
      form.findElement(By.id("token")).sendKeys(token, Keys.ENTER);
      await().atMost(PATIENCE).until(() -> tier.requests.sent().size() == 1);

      browser.open(argus.url(), 1440, 900); // a page of another origin
      Object answer =
          browser
              .page()
              .executeAsyncScript(
                  "const done = arguments[1];"
                      + "fetch(arguments[0], {method: 'POST', mode: 'no-cors', body: 'x'})"
                      + ".then(r => done(r.type), e => done('blocked'))",
                  "http://localhost:" + tier.port() + "/v1/images");
      assertThat(answer).as("sent, but not readable").isIn("opaque", "blocked");
      assertThat(tier.requests.sent()).hasSize(1);
    }
  }

  @Test
  void aFormatThatBrowsersDoNotShowGetsAPlaceholderAndItsAnswer() throws IOException {
    Path scan = folder.resolve("scan.tiff");
    assertThat(ImageIO.write(image(Color.PINK), "tiff", scan.toFile())).isTrue();
    browser.open(argus.url(), 1440, 900);
    browser.choose(List.of(scan));
    awaitSummary("1 answered, 0 waiting, 0 failed");
    WebElement item = items().get(0);
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(item.getDomAttribute("class")).contains("unshown"));
    assertThat(text(item, "format")).isEqualTo("tiff");
  }

  @Test
  void photosAreRemovedWithTheKeyboardAndThePageIsEmptyAgain() throws IOException {
    WebElement item = chooseOne("one.png", "1 answered, 0 waiting, 0 failed");
    item.sendKeys(Keys.DELETE);
    assertThat(items()).isEmpty();
    assertThat(browser.page().findElement(By.id("bar")).isDisplayed()).isFalse();
  }

  @Test
  void nothingOverflowsTheScreenOfAPhone() throws IOException {
    String name = "a-very-long-name-without-any-space-".repeat(5) + ".png";
    browser.open(argus.url(), 360, 740);
    assertThat(overflow()).isZero();
    browser.choose(List.of(photo(name, Color.ORANGE)));
    awaitSummary("1 answered, 0 waiting, 0 failed");
    assertThat(overflow()).isZero();
  }

  @Test
  void theLinksNeitherTouchTheNameNorTheEdgeOfAPhone() {
    browser.open(argus.url(), 360, 740);
    Rectangle brand = browser.page().findElement(By.className("brand")).getRect();
    Rectangle links = browser.page().findElement(By.cssSelector(".top nav")).getRect();
    List<WebElement> all = browser.page().findElements(By.cssSelector(".top nav a"));
    Rectangle last = all.get(all.size() - 1).getRect();
    assertThat(links.getX() - brand.getX() - brand.getWidth()).isGreaterThanOrEqualTo(8);
    assertThat(last.getX() + last.getWidth()).isLessThanOrEqualTo(360 - 16);
  }

  @Test
  void fiveHundredPhotosAreAnsweredWithFewTabStopsAndFewSpokenWords() throws IOException {
    Path one = photo("one.png", Color.ORANGE);
    List<Path> photos = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      photos.add(Files.copy(one, folder.resolve("photo-" + i + ".png")));
    }
    browser.open(argus.url(), 1440, 900);
    browser
        .page()
        .executeScript(
            "window.heard = 0; new MutationObserver(() => heard++)"
                + ".observe(document.getElementById('spoken'), {childList: true})");
    long begin = System.nanoTime();
    browser.choose(photos);
    await()
        .atMost(PATIENCE.multipliedBy(9))
        .untilAsserted(
            () ->
                assertThat(browser.page().findElement(By.id("summary")).getText())
                    .isEqualTo("500 answered, 0 waiting, 0 failed"));
    long seconds = (System.nanoTime() - begin) / 1_000_000_000;
    assertThat(
            (Long)
                browser
                    .page()
                    .executeScript("return document.querySelectorAll('#list > li').length"))
        .isEqualTo(500);
    assertThat(
            (Long)
                browser
                    .page()
                    .executeScript(
                        "return [...document.querySelectorAll('#list li, #list a, #list button')]"
                            + ".filter(part => part.tabIndex >= 0).length"))
        .as("the photo that Tab leads to, and what can be done with it")
        .isLessThanOrEqualTo(4);
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(
                        browser.page().findElement(By.id("spoken")).getDomProperty("textContent"))
                    .startsWith("500 answered"));
    assertThat((Long) browser.page().executeScript("return heard"))
        .as("words to a screen reader, one in five seconds, the first and the last")
        .isBetween(1L, seconds / 5 + 3);

    browser.choose(List.of(one));
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(browser.page().findElement(By.id("notice")).getText())
                    .contains("holds 500 photos"));
  }

  @Test
  void tabLeadsToOnePhotoAndArrowsToTheOthers() throws IOException {
    browser.open(argus.url(), 1440, 900);
    browser.choose(List.of(photo("a.png", Color.CYAN), photo("b.png", Color.PINK)));
    awaitSummary("2 answered, 0 waiting, 0 failed");
    items().get(0).sendKeys(Keys.ARROW_RIGHT);
    assertThat(browser.page().switchTo().activeElement()).isEqualTo(items().get(1));
    assertThat(items().get(0).getDomProperty("tabIndex")).isEqualTo("-1");
    assertThat(items().get(1).getDomProperty("tabIndex")).isEqualTo("0");
    items().get(1).sendKeys(Keys.TAB);
    assertThat(browser.page().switchTo().activeElement().getAccessibleName())
        .isEqualTo("Remove b.png");
    items().get(1).sendKeys(Keys.DELETE);
    assertThat(browser.page().switchTo().activeElement()).isEqualTo(items().get(0));
    assertThat(items().get(0).getDomProperty("tabIndex")).isEqualTo("0");
  }

  @Test
  void nobodyIsKeptOutInLightOrInDark() throws IOException {
    argus.demand("page-token-0123456789");
    try {
      for (String scheme : List.of("light", "dark")) {
        browser.prefer(scheme);
        browser.open(argus.url(), 360, 740);
        assertThat(browser.barriers()).as("empty, " + scheme).isEmpty();
        browser.choose(List.of(photo("a.png", Color.CYAN), photo("broken.png", Color.PINK)));
        WebElement form = browser.page().findElement(By.id("access"));
        await().atMost(PATIENCE).until(form::isDisplayed);
        assertThat(browser.barriers()).as("asking for a token, " + scheme).isEmpty();
        form.findElement(By.id("token")).sendKeys("page-token-0123456789", Keys.ENTER);
        awaitSummary("1 answered, 0 waiting, 1 failed");
        assertThat(browser.barriers()).as("answered, " + scheme).isEmpty();
        browser.page().executeScript("sessionStorage.clear()");
      }
    } finally {
      browser.prefer("light");
    }
  }

  @Test
  void aPhotoCanBeTakenWhereThereIsATouchScreen() {
    browser.open(argus.url(), 1440, 900);
    WebElement camera = browser.page().findElement(By.cssSelector("label[for=camera]"));
    assertThat(camera.isDisplayed()).isFalse();
    browser.touch(true);
    try {
      browser.open(argus.url(), 360, 740);
      camera = browser.page().findElement(By.cssSelector("label[for=camera]"));
      assertThat(camera.isDisplayed()).isTrue();
      assertThat(overflow()).isZero();
      WebElement input = browser.page().findElement(By.id("camera"));
      assertThat(input.getDomAttribute("capture")).isEqualTo("environment");
    } finally {
      browser.touch(false);
    }
  }

  @Test
  void withoutJavaScriptTheFormIsAnsweredWithAPage() throws IOException {
    try (TierUnderTest tier = new TierUnderTest()) {
      browser.scripts(false);
      browser.open(tier.request("/").build().uri().toString(), 360, 740);
      browser.choose(List.of(photo("plain <i>.png", Color.CYAN)));
      CompletableFuture<Void> appNode = CompletableFuture.runAsync(tier::answerOne);
      browser.page().findElement(By.cssSelector("form button[type=submit]")).click();
      appNode.join();
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () ->
                  assertThat(browser.page().findElement(By.tagName("h1")).getText())
                      .contains("cat")
                      .contains("90%"));
      assertThat(browser.page().findElement(By.className("name")).getText())
          .isEqualTo("plain <i>.png");
      assertThat(browser.page().findElement(By.tagName("meter")).getSize().height).isPositive();
      browser.scripts(true);
      assertThat(overflow()).isZero();
      assertThat(browser.barriers()).isEmpty();
      browser.page().findElement(By.linkText("Another photo")).click();
      await().atMost(PATIENCE).until(() -> !browser.page().findElements(By.id("drop")).isEmpty());
    } finally {
      browser.scripts(true);
    }
  }

  @Test
  void theDescriptionOfTheInterfaceIsShown() {
    try (TierUnderTest tier = new TierUnderTest()) {
      browser.open(tier.request("/openapi").build().uri().toString(), 360, 740);
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () ->
                  assertThat(
                          browser
                              .page()
                              .findElements(By.cssSelector(".opblock-summary-path"))
                              .stream()
                              .map(path -> path.getDomProperty("textContent")))
                      .anyMatch(path -> path.replace("\u200b", "").equals("/v1/images/{id}")));
      assertThat(overflow()).isZero();
    }
  }

  private WebElement chooseOne(String name, String summary) throws IOException {
    browser.open(argus.url(), 1440, 900);
    browser.choose(List.of(photo(name, Color.CYAN)));
    awaitSummary(summary);
    return items().get(0);
  }

  private void awaitSummary(String expected) {
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(browser.page().findElement(By.id("summary")).getText())
                    .isEqualTo(expected));
  }

  private static List<WebElement> items() {
    return browser.page().findElements(By.cssSelector("li[data-state]"));
  }

  private static List<WebElement> thumbnails() {
    return browser.page().findElements(By.cssSelector(".picture img[src^='blob:']"));
  }

  private static String text(WebElement item, String part) {
    return item.findElement(By.className(part)).getDomProperty("textContent");
  }

  private static long overflow() {
    return (Long)
        browser
            .page()
            .executeScript("return document.documentElement.scrollWidth - window.innerWidth");
  }

  private Path photo(String name, Color colour) throws IOException {
    Path file = folder.resolve(name);
    ImageIO.write(image(colour), "png", file.toFile());
    assertThat(Files.size(file)).isPositive();
    return file;
  }

  /** A photo of several megabytes, for noise cannot be compressed. */
  private Path noise(String name) throws IOException {
    BufferedImage image = new BufferedImage(1200, 1000, BufferedImage.TYPE_INT_RGB);
    Random random = new Random(1);
    for (int y = 0; y < image.getHeight(); y++) {
      for (int x = 0; x < image.getWidth(); x++) {
        image.setRGB(x, y, random.nextInt());
      }
    }
    Path file = folder.resolve(name);
    ImageIO.write(image, "png", file.toFile());
    return file;
  }

  private static BufferedImage image(Color colour) {
    BufferedImage image = new BufferedImage(96, 64, BufferedImage.TYPE_INT_RGB);
    Graphics2D pen = image.createGraphics();
    pen.setColor(colour);
    pen.fillRect(0, 0, image.getWidth(), image.getHeight());
    pen.dispose();
    return image;
  }
}
