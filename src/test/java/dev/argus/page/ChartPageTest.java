package dev.argus.page;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.argus.config.InvalidSettingException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChartPageTest {
  @TempDir Path folder;

  @Test
  void aFileThatCannotBeWrittenIsToldBeforeTheRun() {
    assertThatThrownBy(() -> ChartPage.check(folder))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageContaining(folder.toString());
    assertThatThrownBy(() -> ChartPage.check(folder.resolve("missing/report.html")))
        .isInstanceOf(InvalidSettingException.class);
    ChartPage.check(folder.resolve("report.html"));
  }
}
