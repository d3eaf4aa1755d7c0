package dev.argus.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.argus.config.InvalidSettingException;
import dev.argus.config.Secret;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ClientSettingsTest {
  @Test
  void photosArePostedBelowTheUrlWhetherOrNotItEndsWithASlash() {
    assertThat(at("http://argus:8000").images()).hasToString("http://argus:8000/v1/images");
    assertThat(at("http://argus:8000/").images()).hasToString("http://argus:8000/v1/images");
    assertThat(at("https://host/argus?x#y").images()).hasToString("https://host/argus/v1/images");
  }

  @Test
  void theDefaultPatienceOutlastsTheDefaultDeadlineOfArgus() {
    assertThat(at("http://argus/").requestTimeout()).isGreaterThan(Duration.ofSeconds(310));
  }

  @Test
  void whatIsOutOfRangeIsNamed() {
    ClientSettings settings = at("http://argus/");
    assertWrong(() -> at("argus:8000"), "url");
    assertWrong(() -> at("ftp://argus/"), "url");
    assertWrong(() -> at("http://me:secret@argus/"), "url");
    assertWrong(() -> settings.withParallelism(0), "concurrency");
    assertWrong(() -> settings.withParallelism(10_001), "concurrency");
    assertWrong(() -> settings.withRequestTimeout(Duration.ZERO), "request timeout");
    assertWrong(
        () -> settings.withUploadWait(Optional.of(Duration.ofHours(1))), "wait of an upload");
    assertWrong(() -> settings.withPredictions(0, 0), "top");
    assertWrong(() -> settings.withPredictions(1, 1.1), "least probability");
    assertWrong(() -> Retries.standard().upTo(-1, Duration.ofSeconds(1)), "retries");
    assertWrong(() -> Retries.standard().upTo(1, Duration.ZERO), "wait before a retry");
    assertWrong(() -> Retries.standard().within(Duration.ofDays(8)), "patience");
  }

  @Test
  void aKeyThatNoHeaderCanCarryIsRefused() {
    Photo photo = Photo.of("a.jpg", new byte[1]);
    for (String wrong : new String[] {"", "a b", "a\"b", "a\\b", "ä", "x".repeat(256)}) {
      assertThatThrownBy(() -> photo.withKey(wrong)).isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void noSecretIsInWhatSettingsPrint() {
    assertThat(at("http://argus/").withToken(new Secret("client-token-0123456789")).toString())
        .contains("token=Optional[***]")
        .doesNotContain("client-token");
  }

  private static ClientSettings at(String url) {
    return ClientSettings.of(URI.create(url));
  }

  private static void assertWrong(Runnable settings, String name) {
    assertThatThrownBy(settings::run)
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageContaining(name)
        .hasMessageContaining("found");
  }
}
