package dev.argus.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.argus.client.Effort;
import dev.argus.client.Photo;
import dev.argus.client.Result;
import dev.argus.config.Secret;
import dev.argus.protocol.PhotoId;
import dev.argus.traffic.Poisson;
import dev.argus.web.Browser;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;

class HtmlReportTest {
  private static final Instant NOW = Instant.parse("2026-11-28T15:00:00.5Z");
  private static final Pattern DATA =
      Pattern.compile(
          "<script type=\"application/json\" id=\"data\">(.*?)</script>", Pattern.DOTALL);
  private static final String HOSTILE = "</script><script>alert(1)</script>&\u2028";

  private static final Effort NONE = new Effort(OptionalInt.empty(), 0, Duration.ZERO, Set.of());

  @TempDir Path folder;

  @Test
  void thePageNeedsNothingButItself() throws Exception {
    String page = HtmlReport.page(report(), settings(), NOW);
    assertThat(page).doesNotContain(" src=").doesNotContain("<link").doesNotContain("@import");
    assertThat(page).contains("var uPlot=").contains(".uplot");
    assertThat(page).doesNotContain("/*DATA*/").doesNotContain("/*UPLOT").doesNotContain("/*BODY");
    assertThat(page).doesNotContain("load-token");
  }

  @Test
  void whatOthersNamedCannotLeaveTheData() throws Exception {
    String page = HtmlReport.page(report(), settings(), NOW);
    Matcher data = DATA.matcher(page);
    assertThat(data.find()).isTrue();
    assertThat(data.group(1)).doesNotContain("<").doesNotContain("\u2028");
    JsonNode json = new ObjectMapper().readTree(data.group(1));
    assertThat(json.at("/report/failures").fieldNames()).toIterable().contains(HOSTILE);
    assertThat(json.at("/about/2").asText()).isEqualTo("2026-11-28T15:00:00Z");
    assertThat(json.at("/timeline/start").size()).isEqualTo(json.at("/timeline/p99").size());
    assertThat(json.at("/distribution/oneIn").size())
        .isEqualTo(json.at("/distribution/latency").size())
        .isPositive();
  }

  @Test
  void theChartsAreDrawnInLightAndDark() throws Exception {
    assumeThat(Browser.available()).as(Browser.ABSENT).isTrue();
    Path page = folder.resolve("report.html");
    HtmlReport.write(page, report(), settings(), NOW);
    Path shots = Path.of("target/screenshots");
    try (Browser browser = new Browser()) {
      for (int width : new int[] {1440, 360}) {
        String scheme = width == 360 ? "dark" : "light";
        browser.prefer(scheme);
        browser.open(page.toUri().toString(), width, 1900);
        assertThat(browser.page().findElements(By.cssSelector(".chart canvas"))).hasSize(3);
        assertThat(browser.page().findElement(By.id("verdict")).getText())
            .startsWith("Not passed:");
        assertThat(browser.page().executeScript("return document.documentElement.scrollWidth"))
            .isEqualTo((long) width);
        browser.screenshot(shots.resolve("load-%s-%d.png".formatted(scheme, width)));
      }
    }
  }

  /** Two minutes at 50 a second, with a stall in the middle. */
  private static LoadReport report() {
    Tally tally = new Tally(ExpectedLabels.none(), Duration.ofSeconds(10), true);
    Random random = new Random(1);
    Photo photo = Photo.of("cat.jpg", new byte[1000]);
    Iterator<Duration> times = new Poisson(50).times(1);
    for (int i = 0; i < 6000; i++) {
      Duration at = times.next();
      double seconds = at.toNanos() / 1e9;
      tally.sending(at, at.plusNanos(random.nextInt(2_000_000)));
      double stall = seconds > 60 && seconds < 66 ? 66 - seconds : 0;
      double taken = stall + 0.04 * Math.exp(0.6 * random.nextGaussian());
      Duration done = at.plusNanos((long) (taken * 1e9));
      PhotoId id = PhotoId.random();
      OptionalInt status = OptionalInt.of(stall > 5 ? 503 : 200);
      Effort effort = new Effort(status, 0, Duration.ZERO, Set.of(id));
      tally.add(
          stall > 5
              ? new Result.GaveUp(photo, "503 Argus is at its limit", effort)
              : new Result.Recognised(
                  photo, id, "cat.jpg", "tabby", 0.9, List.of(), "test", effort),
          at,
          done);
    }
    Duration end = Duration.ofSeconds(121);
    tally.add(new Result.GaveUp(photo, HOSTILE, NONE), end, end);
    return tally.report(end).judgedBy(new Thresholds(Optional.of(Duration.ofSeconds(2)), 0));
  }

  private static LoadSettings settings() {
    Workload workload =
        new Workload(
            Optional.of(new Poisson(50)),
            1000,
            Integer.MAX_VALUE,
            Optional.of(Duration.ofSeconds(120)),
            Duration.ZERO,
            Duration.ofSeconds(10));
    return LoadSettings.of(URI.create("http://argus.example/"), Path.of("photos"), workload)
        .withToken(new Secret("load-token-0123456789"));
  }
}
