package dev.argus.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.argus.config.InvalidSettingException;
import dev.argus.config.Secret;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class LoadSettingsTest {
  private static final Path PHOTOS = Path.of("photos");

  @Test
  void photosArePostedBelowTheUrlWhetherOrNotItEndsWithASlash() {
    assertThat(at("http://argus:8000").target()).hasToString("http://argus:8000/v1/images");
    assertThat(at("http://argus:8000/").target()).hasToString("http://argus:8000/v1/images");
    assertThat(at("https://host/argus?x#y").target()).hasToString("https://host/argus/v1/images");
  }

  @Test
  void theDefaultPatienceOutlastsTheDefaultDeadlineOfArgus() {
    assertThat(at("http://argus/").requestTimeout()).isGreaterThan(Duration.ofSeconds(310));
  }

  @Test
  void whatIsOutOfRangeIsNamed() {
    assertWrong(() -> at("argus:8000"), "url");
    assertWrong(() -> at("ftp://argus/"), "url");
    assertWrong(() -> LoadSettings.of(URI.create("http://a/"), PHOTOS, 0, 1), "requests");
    assertWrong(() -> LoadSettings.of(URI.create("http://a/"), PHOTOS, 1, 0), "concurrency");
    assertWrong(() -> LoadSettings.of(URI.create("http://a/"), PHOTOS, 1, 10_001), "concurrency");
    assertWrong(() -> at("http://a/").withRequestTimeout(Duration.ZERO), "request timeout");
    assertWrong(() -> at("http://a/").withRetries(-1, Duration.ofSeconds(1)), "retries");
    assertWrong(() -> at("http://a/").withRetries(1, Duration.ZERO), "wait before a retry");
    assertWrong(() -> at("http://a/").withMaxKeptBytes(-1), "bytes kept");
  }

  @Test
  void noSecretIsInWhatSettingsPrintAndNoneIsTakenInAUrl() {
    assertThat(at("http://argus/").withToken(new Secret("load-token-0123456789")).toString())
        .contains("token=Optional[***]")
        .doesNotContain("load-token");
    assertWrong(() -> at("http://me:secret@argus/"), "url");
  }

  private static LoadSettings at(String url) {
    return LoadSettings.of(URI.create(url), PHOTOS, 1, 1);
  }

  private static void assertWrong(Runnable settings, String name) {
    assertThatThrownBy(settings::run)
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageContaining(name)
        .hasMessageContaining("found");
  }
}
