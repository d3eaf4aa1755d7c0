package dev.argus.localaws;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FiltersTest {
  @ParameterizedTest
  @CsvSource({
    "app-tier-instance-*, app-tier-instance-12, true",
    "app-tier-instance-*, app-tier-instance-, true",
    "app-tier-instance-*, web-instance, false",
    "*-instance, web-instance, true",
    "a?c, abc, true",
    "a?c, ac, false",
    "a.c, abc, false",
    "a\\*c, abc, false",
    "a\\*c, a*c, true",
    "a\\\\c, a\\c, true",
    "(a|b), a, false"
  })
  void wildcardsAreThoseOfEc2(String pattern, String text, boolean matches) {
    assertThat(Filters.pattern(pattern).matcher(text).matches()).isEqualTo(matches);
  }

  @Property
  void aTextWhoseWildcardsAreEscapedMatchesItselfOnly(@ForAll String text, @ForAll String other) {
    var pattern =
        Filters.pattern(text.replace("\\", "\\\\").replace("*", "\\*").replace("?", "\\?"));
    assertThat(pattern.matcher(text).matches()).isTrue();
    assertThat(pattern.matcher(other).matches()).isEqualTo(other.equals(text));
  }
}
