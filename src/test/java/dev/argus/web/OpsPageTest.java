package dev.argus.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.logging.LogEntry;

/** The page at {@code /ops} in a real browser, served by a real web tier. */
class OpsPageTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String OPERATOR = "operator-token-0123456789";
  private static Browser browser;

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

  private static String text(String id) {
    return browser.page().findElement(By.id(id)).getText();
  }

  private static void awaitText(String id, String part) {
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(text(id)).contains(part));
  }

  private static long number(String script) {
    return ((Number) browser.page().executeScript("return " + script)).longValue();
  }

  private static void open(OpsTier tier, int width, int height) {
    browser.open("http://localhost:" + tier.port() + "/ops", width, height);
  }

  @Test
  void theNumbersTheChartsAndTheReasonsAreShownUnderItsStrictPolicy() {
    try (OpsTier tier = new OpsTier(0).leading()) {
      open(tier, 1440, 900);
      awaitText("state", "1 node works on 12 photos; 1 more is starting");
      awaitText("per-1000", "$0.025");
      assertThat(text("usd")).isEqualTo("$0.05 so far");
      assertThat(text("costs-note")).contains("2025-09-30").contains("us-east-1");
      assertThat(text("dead")).isEqualTo("0");
      assertThat(text("dead-how")).contains("argus dead list");
      assertThat(text("linked")).isEqualTo("Live, each second");
      assertThat(text("latest")).contains("the nodes that boot are enough");

      List<WebElement> decisions = browser.page().findElements(By.cssSelector("#decisions > li"));
      assertThat(decisions).hasSize(2);
      assertThat(decisions.get(0).getText()).contains("Enough nodes").contains("3 times");
      assertThat(decisions.get(1).getText())
          .contains("Launched 1")
          .contains("<b>work</b>")
          .contains("node 2 was launched as i-2");
      assertThat(decisions.get(1).getDomAttribute("class")).isEqualTo("did");

      List<WebElement> nodes = browser.page().findElements(By.cssSelector("#node-rows tr"));
      assertThat(nodes).hasSize(2);
      assertThat(nodes.get(1).getText())
          .contains("machine after 2.0 s, model loaded after 3.0 s, first photo after 1.0 s")
          .contains("jvm 900 ms");
      assertThat(nodes.get(1).findElements(By.cssSelector(".launch .stage"))).hasSize(3);
      assertThat(nodes.get(0).findElements(By.cssSelector(".launch .going"))).hasSize(1);

      assertThat(browser.page().findElements(By.cssSelector(".plot canvas"))).hasSize(4);
      assertThat(
              browser
                  .page()
                  .findElements(By.cssSelector(".plot[role=img]"))
                  .get(1)
                  .getDomAttribute("aria-label"))
          .contains("Ready 1 now")
          .contains("Booting 1 now");
      browser.page().findElement(By.cssSelector(".chart summary")).sendKeys(Keys.ENTER);
      await()
          .atMost(PATIENCE)
          .until(() -> number("document.querySelectorAll('.scroll tbody tr').length") >= 1);

      assertThat(browser.page().manage().logs().get("browser").getAll())
          .extracting(LogEntry::getMessage)
          .noneMatch(line -> line.contains("Content Security Policy"))
          .noneMatch(line -> line.contains("TypeError"));
      browser.page().findElement(By.cssSelector("nav a[href='.']")).click();
      await().atMost(PATIENCE).until(() -> browser.page().getTitle().equals("Argus"));
      browser.page().findElement(By.cssSelector("nav a[href='ops']")).click();
      awaitText("linked", "Live");
    }
  }

  @Test
  void itSaysWhenItIsCutOffAndComesBackByItself() {
    OpsTier tier = new OpsTier(0).leading();
    int port = tier.port();
    try {
      open(tier, 1440, 900);
      awaitText("linked", "Live");
      tier.close();
      awaitText("linked", "Cut off: the numbers are ");
      assertThat(text("state")).as("the numbers stay").contains("1 node works");
      assertThat(text("said")).contains("cut off");
    } finally {
      tier = new OpsTier(port).leading();
    }
    try (OpsTier again = tier) {
      awaitText("linked", "Live");
      await().atMost(PATIENCE).untilAsserted(() -> assertThat(text("said")).contains("back"));
      assertThat(again.port()).isEqualTo(port);
    }
  }

  @Test
  void theOperatorsTokenIsAskedForAndSent() {
    String user = "user-token-0123456789";
    try (OpsTier tier =
        new OpsTier(0, "ARGUS_WEB_USER_TOKEN", user, "ARGUS_WEB_OPERATOR_TOKEN", OPERATOR)
            .leading()) {
      open(tier, 1440, 900);
      WebElement form = browser.page().findElement(By.id("access"));
      await().atMost(PATIENCE).until(form::isDisplayed);
      WebElement field = browser.page().findElement(By.id("token"));
      assertThat(field.getAccessibleName()).contains("operator");
      assertThat(browser.page().switchTo().activeElement()).isEqualTo(field);
      field.sendKeys(user, Keys.ENTER);
      awaitText("asked", "the user's");
      field.sendKeys(OPERATOR, Keys.ENTER);
      awaitText("linked", "Live");
      assertThat(form.isDisplayed()).isFalse();
      browser.page().executeScript("sessionStorage.clear()");
    }
  }

  @Test
  void aWebNodeThatDoesNotLeadSaysSo() {
    try (OpsTier tier = new OpsTier(0)) {
      open(tier, 1440, 900);
      awaitText("state", "This web node does not lead; 0 photos wait here");
      assertThat(text("nodes-words")).contains("this one does not lead");
      assertThat(text("dead")).isEqualTo("–");
    }
  }

  @Test
  void nothingOverflowsTheScreenOfAPhone() {
    try (OpsTier tier = new OpsTier(0).leading()) {
      open(tier, 360, 740);
      awaitText("linked", "Live");
      await()
          .atMost(PATIENCE)
          .until(() -> number("document.querySelectorAll('.plot canvas').length") == 4);
      assertThat(number("document.documentElement.scrollWidth - window.innerWidth")).isZero();
    }
  }
}
