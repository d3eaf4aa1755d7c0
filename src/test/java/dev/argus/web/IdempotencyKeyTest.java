package dev.argus.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.argus.protocol.PhotoException;
import java.util.Arrays;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.StringLength;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdempotencyKeyTest {
  private static Optional<IdempotencyKey> of(String... values) {
    return IdempotencyKey.of(
        HttpRequest.POST("/")
            .addHeaders(
                Arrays.stream(values)
                    .map(v -> (org.apache.pekko.http.javadsl.model.HttpHeader) header(v))
                    .toList()));
  }

  private static RawHeader header(String value) {
    return RawHeader.create("Idempotency-Key", value);
  }

  @Test
  void aRequestNeedHaveNone() {
    assertThat(of()).isEmpty();
  }

  @Test
  void quotesAreNoPartOfAKey() {
    assertThat(of("\"8e03-x\"")).isEqualTo(of("8e03-x")).isPresent();
    assertThat(of("\"a\\\"b\\\\c\"").orElseThrow().value()).isEqualTo("a\"b\\c");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\"\"", "a b", "\"a b\"", "\"a", "a\"", "\"a\";x=1", "\"\\x\"", "ä"})
  void whatCannotBeAKeyIsABadRequest(String value) {
    assertThatThrownBy(() -> of(value))
        .isInstanceOfSatisfying(
            PhotoException.class, e -> assertThat(e.problem().status()).isEqualTo(400));
  }

  @Test
  void aKeyHasAtMost255CharactersAndARequestOneKey() {
    assertThat(of("x".repeat(255))).isPresent();
    assertThatThrownBy(() -> of("x".repeat(256))).hasMessageContaining("256 characters");
    assertThatThrownBy(() -> of("a", "a")).hasMessageContaining("found 2");
  }

  @Test
  void aKeyAsLongAsAnyHeaderIsABadRequestAndNoStackOverflow() {
    for (String unit : new String[] {"x", "\\\\", "\\\""}) {
      assertThat(of('"' + unit.repeat(255) + '"')).isPresent();
      assertThatThrownBy(() -> of('"' + unit.repeat(4000) + '"'))
          .isInstanceOf(PhotoException.class)
          .hasMessageContaining("characters");
    }
  }

  @Property(tries = 300)
  void whateverAClientSendsIsKeptUnderAHashAndEachPhotoOfAFormUnderItsOwn(
      @ForAll @StringLength(min = 1, max = 255) @CharRange(from = '!', to = '~') String key) {
    String quoted = '"' + key.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    IdempotencyKey parsed = of(quoted).orElseThrow();
    assertThat(parsed.value()).isEqualTo(key);
    assertThat(parsed.objectKey()).matches("idempotency/[0-9a-f]{64}");
    assertThat(parsed.ofPhoto(0)).isEqualTo(parsed);
    assertThat(parsed.ofPhoto(1).objectKey()).isEqualTo(parsed.objectKey() + "-2");
  }
}
