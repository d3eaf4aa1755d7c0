package dev.argus.web;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FileNamesTest {
  @ParameterizedTest
  @CsvSource({
    "cat.jpg, cat.jpg",
    "../../etc/passwd, passwd",
    "C:\\Users\\me\\cat.jpg, cat.jpg",
    "größe.png, größe.png",
    "'  spaced name.jpg ', spaced name.jpg",
    "'', photo",
    ".., photo",
    "/, photo",
  })
  void aNameIsItsLastSegment(String given, String expected) {
    assertThat(FileNames.sanitise(given)).isEqualTo(expected);
  }

  @Test
  void controlCharactersAndBrokenSurrogatesAreGone() {
    assertThat(FileNames.sanitise("a\u0000b\r\nc\u202Ed\uD800.jpg")).isEqualTo("abcd.jpg");
  }

  @Test
  void whatBrowsersEscapeInFormsIsUnescapedAndThenCleaned() {
    assertThat(FileNames.sanitise(FileNames.fromForm("my %22best%22 cat.jpg")))
        .isEqualTo("my \"best\" cat.jpg");
    assertThat(FileNames.sanitise(FileNames.fromForm("a%0D%0Ab 100%25.jpg")))
        .isEqualTo("ab 100%25.jpg");
  }

  @Property
  void everyNameBecomesOneThatIsShortNotEmptyAndNoPath(@ForAll String given) {
    String name = FileNames.sanitise(given);
    assertThat(name).isNotBlank().doesNotContain("/").doesNotContain("\\").doesNotContain("\n");
    assertThat(name.codePointCount(0, name.length())).isLessThanOrEqualTo(255);
    assertThat(FileNames.sanitise(name)).isEqualTo(name);
  }

  @Test
  void theExtensionIsWhatFollowsTheLastDot() {
    assertThat(FileNames.withoutExtension("test_00.jpg")).isEqualTo("test_00");
    assertThat(FileNames.withoutExtension("a.b.png")).isEqualTo("a.b");
    assertThat(FileNames.withoutExtension("none")).isEqualTo("none");
    assertThat(FileNames.withoutExtension(".hidden")).isEqualTo(".hidden");
  }
}
