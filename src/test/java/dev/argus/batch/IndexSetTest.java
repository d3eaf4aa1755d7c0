package dev.argus.batch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class IndexSetTest {
  @Test
  void itsTextIsRangesAndIsReadBack() {
    IndexSet some = IndexSet.none();
    assertThat(some).hasToString("");
    for (int index : List.of(3, 0, 1, 7, 2, 9, 10)) {
      some = some.with(index);
    }
    assertThat(some).hasToString("0-3,7,9-10");
    assertThat(IndexSet.parse(" 0-3,7,9-10 ")).contains(some);
    assertThat(IndexSet.parse("")).contains(IndexSet.none());
    assertThat(some.contains(2)).isTrue();
    assertThat(some.contains(8)).isFalse();
  }

  @Test
  void whatIsNoneIsNotRead() {
    for (String text :
        List.of(
            "x", "-1", "1-", "3-1", "1,,2", "1 2", "100000", "0-99999999999", "1,", "1\u0000")) {
      assertThat(IndexSet.parse(text)).as(text).isEmpty();
    }
    assertThat(IndexSet.parse("0,".repeat(5000) + "0")).isEmpty();
  }
}
