package dev.argus.load;

import static dev.argus.load.ExpectedLabels.Verdict.RIGHT;
import static dev.argus.load.ExpectedLabels.Verdict.UNKNOWN;
import static dev.argus.load.ExpectedLabels.Verdict.WRONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.argus.config.InvalidSettingException;
import java.util.List;
import org.junit.jupiter.api.Test;

class ExpectedLabelsTest {
  @Test
  void anyOfTheLabelsOfAPhotoIsRightWhateverItsCase() {
    ExpectedLabels labels = parse("cat.jpg, tabby | Egyptian cat");
    assertThat(labels.judge("cat.jpg", "egyptian cat")).isEqualTo(RIGHT);
    assertThat(labels.judge("cat.jpg", "tabby")).isEqualTo(RIGHT);
    assertThat(labels.judge("cat.jpg", "cat")).isEqualTo(WRONG);
    assertThat(labels.judge("dog.jpg", "beagle")).isEqualTo(UNKNOWN);
  }

  @Test
  void commentsBlankLinesAndTabsAreTaken() {
    ExpectedLabels labels = parse("# file,labels", "", "  ", "dog.jpg\tbeagle");
    assertThat(labels.judge("dog.jpg", "beagle")).isEqualTo(RIGHT);
  }

  @Test
  void aFileNameMayHoldCommas() {
    assertThat(parse("one, two.jpg,pizza").judge("one, two.jpg", "pizza")).isEqualTo(RIGHT);
  }

  @Test
  void aWrongLineIsNamed() {
    for (String wrong : List.of("cat.jpg", ",tabby", "cat.jpg,", "cat.jpg,|")) {
      assertThatThrownBy(() -> parse("# labels", wrong))
          .isInstanceOf(InvalidSettingException.class)
          .hasMessageContaining("test.csv, line 2");
    }
    assertThatThrownBy(() -> parse("a.jpg,x", "a.jpg,y")).hasMessageContaining("line 2");
  }

  private static ExpectedLabels parse(String... lines) {
    return ExpectedLabels.parse(List.of(lines), "test.csv");
  }
}
