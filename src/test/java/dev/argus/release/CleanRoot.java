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

/**
 * The root file system of a machine that has just come up: a few programs, and nothing of Argus.
 *
 * <p>What would change the machine or call AWS is a stand-in that writes its call down in {@code
 * /calls}. A stand-in fails while there is a file {@code /fails/NAME}.
 */
final class CleanRoot {
  /** All that Amazon Linux must have; the list is the claim. */
  private static final List<String> PROGRAMS =
      List.of(
          "bash",
          "cat",
          "chown",
          "cp",
          "curl",
          "cut",
          "date",
          "env",
          "id",
          "install",
          "mkdir",
          "printenv",
          "rm",
          "sed",
          "sha256sum",
          "unzip");

  private static final Pattern LIBRARY = Pattern.compile("(?:=> )?(/\\S+) \\(0x");
  private static final String PATH = "/stand-ins:/usr/sbin:/usr/bin:/sbin:/bin";

  private final Path root;
  private final Path outside;
  private final boolean isRoot = System.getProperty("user.name").equals("root");

  /**
   * @param root is empty
   * @param outside for what is not part of it
   */
  CleanRoot(Path root, Path outside) throws IOException, InterruptedException {
    this.root = root;
    this.outside = outside;
    for (String directory :
        List.of("bucket", "dev", "etc/systemd/system", "fails", "opt", "run", "tmp", "var/tmp")) {
      Files.createDirectories(root.resolve(directory));
    }
    Files.createFile(root.resolve("dev/null"));
    Files.createDirectories(root.resolve("bin"));
    Files.createDirectories(root.resolve("usr/bin"));
    for (String program : PROGRAMS) {
      Path file = Shell.find(program);
      assumeTrue(file != null, program + " is not here: the install stage is not tried");
      copy(file, "bin/" + program);
      for (String library : librariesOf(file)) {
        copy(Path.of(library), library.substring(1));
      }
    }
    copy(Shell.find("env"), "usr/bin/env");
    Files.writeString(root.resolve("etc/passwd"), "root:x:0:0:root:/root:/bin/bash\n");
    Files.writeString(root.resolve("etc/group"), "root:x:0:\n");
    Files.createDirectories(root.resolve("stand-ins"));
    standIn("amazon-cloudwatch-agent-ctl", "");
    String agent = "/opt/aws/amazon-cloudwatch-agent/bin";
    standIn(
        "dnf", "mkdir -p %1$s && cp /stand-ins/amazon-cloudwatch-agent-ctl %1$s".formatted(agent));
    standIn("systemctl", "");
    standIn("shutdown", "");
    standIn("sleep", "");
    // Nobody else's number can be given away without being root.
    int user = isRoot ? 990 : 0;
    standIn(
        "useradd",
        "echo argus:x:%1$d:%1$d::/var/lib/argus:/sbin/nologin >> /etc/passwd\n".formatted(user)
            + "echo argus:x:%d: >> /etc/group".formatted(user));
    standIn(
        "aws",
        """
        case "$1 $2" in
          "s3 cp") while [ $# -gt 2 ]; do shift; done; cat "/bucket/${1#s3://}" > "$2" ;;
          "ssm get-parameter")
            while [ "$1" != --name ]; do shift; done
            cat "/parameters$2" ;;
          *) exit 1 ;;
        esac""");
  }

  private List<String> librariesOf(Path program) throws IOException, InterruptedException {
    Shell.Ended ldd = Shell.run(outside, Map.of(), List.of("ldd", program.toString()));
    List<String> libraries = new ArrayList<>();
    Matcher matcher = LIBRARY.matcher(ldd.out());
    while (matcher.find()) {
      libraries.add(matcher.group(1));
    }
    return libraries;
  }

  private void copy(Path from, String to) throws IOException {
    Path target = root.resolve(to);
    if (!Files.exists(target)) {
      Files.createDirectories(target.getParent());
      Files.copy(from, target);
    }
  }

  private void standIn(String name, String does) throws IOException {
    Shell.script(root.resolve("stand-ins").resolve(name), recorded(name) + does);
  }

  private static String recorded(String name) {
    return "echo \"%1$s $*\" >> /calls\n[ ! -e /fails/%1$s ] || exit 1\n".formatted(name);
  }

  /** The path of a file in it. */
  Path file(String path) {
    return root.resolve(path.substring(1));
  }

  /** Lets a stand-in fail from now on. */
  void fails(String standIn) throws IOException {
    Files.createFile(file("/fails/" + standIn));
  }

  /** Every call of a stand-in, with its arguments, in their order; none of sleep. */
  List<String> calls() throws IOException {
    return Files.readAllLines(file("/calls")).stream()
        .filter(call -> !call.startsWith("sleep "))
        .toList();
  }

  /** Runs a script in it, as root. */
  Shell.Ended run(String script) throws IOException, InterruptedException {
    Path file = file("/user-data");
    Files.writeString(file, script);
    assertThat(file.toFile().setExecutable(true)).isTrue();
    List<String> command = new ArrayList<>();
    if (!isRoot) {
      command.addAll(List.of("unshare", "--map-root-user"));
    }
    command.addAll(List.of("chroot", root.toString(), "/bin/env", "-i", "PATH=" + PATH));
    Shell.Ended able = Shell.run(outside, Map.of(), with(command, "/bin/bash", "-c", "exit 0"));
    assumeTrue(able.code() == 0, "no root file system of one's own here: " + able.err());
    return Shell.run(outside, Map.of(), with(command, "/user-data"));
  }

  private static List<String> with(List<String> command, String... more) {
    List<String> whole = new ArrayList<>(command);
    whole.addAll(List.of(more));
    return whole;
  }
}
