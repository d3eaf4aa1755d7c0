package dev.argus.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** systemd's own judgement of the units. */
class UnitsIT {
  private static final double MOST_EXPOSURE = 3;
  private static final Pattern EXPOSURE = Pattern.compile("exposure level for \\S+: ([0-9.]+)");

  @TempDir private Path directory;
  private final List<String> units = new ArrayList<>();

  /** As they lie on a machine, but for the place of the release. */
  @BeforeEach
  void copy() throws IOException {
    assumeTrue(Shell.has("systemd-analyze"), "no systemd-analyze here: no unit is analysed");
    try (Stream<Path> tree = Files.walk(Path.of("systemd"))) {
      for (Path file : tree.filter(Files::isRegularFile).toList()) {
        Path copy = directory.resolve(Path.of("systemd").relativize(file));
        Files.createDirectories(copy.getParent());
        Files.writeString(
            copy,
            Files.readString(file).replace("/opt/argus", Path.of("").toAbsolutePath().toString()));
        if (copy.getParent().equals(directory)) {
          units.add(copy.toString());
        }
      }
    }
  }

  private Shell.Ended analyze(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("systemd-analyze"));
    command.addAll(List.of(arguments));
    return Shell.run(directory, Map.of("SYSTEMD_COLORS", "0"), command);
  }

  @Test
  void systemdFindsNothingWrongWithThem() throws Exception {
    List<String> arguments = new ArrayList<>(List.of("verify", "--man=no"));
    arguments.addAll(units);

    Shell.Ended ended = analyze(arguments.toArray(String[]::new));

    assertThat(ended.out() + ended.err()).isEmpty();
    assertThat(ended.code()).isZero();
  }

  @Test
  void everyServiceIsHardened() throws Exception {
    List<String> services = units.stream().filter(unit -> unit.endsWith(".service")).toList();
    assertThat(services).hasSize(4);
    for (String service : services) {
      Shell.Ended ended = analyze("security", "--offline=true", "--no-pager", service);
      Matcher exposure = EXPOSURE.matcher(ended.out());
      assertThat(exposure.find()).as(ended.out() + ended.err()).isTrue();
      assertThat(Double.parseDouble(exposure.group(1))).as(service).isLessThan(MOST_EXPOSURE);
    }
  }
}
