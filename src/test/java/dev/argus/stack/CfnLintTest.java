package dev.argus.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** AWS's own linter finds nothing in the template, not even to inform of. */
class CfnLintTest {
  private static final Path CFN_LINT = Path.of("target/python/bin/cfn-lint");

  /** Set where its absence must be a failure. */
  private static final String REQUIRED = "ARGUS_CI_REQUIRE_PYTHON";

  private static final int PATIENCE_MINUTES = 5;

  /** The profile aws-python of Maven. */
  @Test
  void whereMotoIsThereItsTestsMustRun() {
    assumeTrue(System.getProperty("basedir") != null, "this is not a run by Maven");
    assumeTrue(
        Files.isExecutable(CFN_LINT.resolveSibling("moto_server")), "there is no moto_server");
    assertThat(System.getenv(REQUIRED)).isEqualTo("true");
  }

  @Test
  void cfnLintFindsNothing() throws IOException, InterruptedException {
    if (!Files.isExecutable(CFN_LINT)) {
      assertThat(System.getenv(REQUIRED))
          .as(CFN_LINT + " is missing, and " + REQUIRED + " says that it must not be; see .ci/run")
          .isNotEqualTo("true");
      assumeTrue(false, "there is no " + CFN_LINT + "; .ci/run installs it");
    }
    Path output = Files.createTempFile("cfn-lint", ".txt");
    try {
      Process lint =
          new ProcessBuilder(
                  CFN_LINT.toString(),
                  "--include-checks",
                  "I",
                  "--regions",
                  "us-east-1",
                  "eu-central-1",
                  "--",
                  Template.ARGUS.toString())
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      boolean ended = lint.waitFor(PATIENCE_MINUTES, TimeUnit.MINUTES);
      lint.destroyForcibly();
      assertThat(ended).as("cfn-lint ends").isTrue();
      assertThat(lint.waitFor())
          .as("cfn-lint: " + Files.readString(output, StandardCharsets.UTF_8))
          .isZero();
    } finally {
      Files.delete(output);
    }
  }
}
