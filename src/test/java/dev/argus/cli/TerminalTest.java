package dev.argus.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.argus.config.InvalidSettingException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class TerminalTest {
  private final StringWriter text = new StringWriter();
  private final PrintWriter out = new PrintWriter(text);

  @Test
  void withoutATerminalYesMustBeSaidBeforehand() {
    assertThatThrownBy(() -> new Terminal(out, false, () -> null).agree("Make it?"))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageContaining("Make it?")
        .hasMessageContaining("--yes");
    assertThat(new Terminal(out, true, () -> null).agree("Make it?")).isTrue();
  }

  @Test
  void whatAwsSaysDoesNotDriveTheTerminal() {
    new Terminal(out, true, () -> null).say("first\nsecond \u001b[31m");
    assertThat(text.toString()).isEqualTo("first%nsecond ?[31m%n".formatted());
  }

  @Test
  void optionsAreTheParametersOfTheTemplate() {
    ProvisionCommand command = new ProvisionCommand();
    new CommandLine(command)
        .parseArgs(
            "--allowed-cidr", "10.0.0.0/8",
            "--instance-types", "c7i.large,c6i.large",
            "--subnets", "a,b",
            "--max-workers", "5",
            "--parameter", "PhotoRetentionDays=7",
            "--parameter", "SessionManager=true");
    assertThat(command.given())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "AllowedCidr", "10.0.0.0/8",
                "AppInstanceTypes", "c7i.large,c6i.large",
                "Subnets", "a,b",
                "MaxWorkers", "5",
                "PhotoRetentionDays", "7",
                "SessionManager", "true"));
  }
}
