package dev.argus.release;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A machine with a systemd of its own that installs Argus as it boots: a container of
 * systemd-nspawn, on the network of this machine.
 *
 * <p>Programs are this machine's own, read-only. The AWS CLI, {@code dnf} and the CloudWatch agent
 * are stand-ins.
 */
final class BootedMachine {
  private static final String BUCKET = "/bucket/team-release/releases";
  private static final String RELEASE = BUCKET + "/argus.zip";

  /** Which part of {@code /etc} the programs of {@code /usr} need. */
  private static final String OF_THIS_MACHINE =
      "alternatives ld.so.cache nsswitch.conf $(ls -d java-* ssl/certs/java 2> /dev/null)";

  private static final List<String> NEEDED =
      List.of(
          "systemd-nspawn",
          "journalctl",
          "dbus-daemon",
          "gawk",
          "java",
          "curl",
          "unzip",
          "useradd");

  private final Path root;
  private final Path outside;

  /**
   * @param root is empty
   * @param outside for what is not part of it
   */
  BootedMachine(Path root, Path outside) throws IOException, InterruptedException {
    assumeTrue(System.getProperty("user.name").equals("root"), "not root: no unit is run");
    for (String program : NEEDED) {
      assumeTrue(Shell.has(program), program + " is not here: no unit is run");
    }
    this.root = root;
    this.outside = outside;
    for (String directory :
        List.of("etc/systemd/system/multi-user.target.wants", "opt", "run", "stand-ins", "tmp")) {
      Files.createDirectories(root.resolve(directory));
    }
    for (String directory : List.of("usr", "var/lib", "var/log/journal", "var/tmp", "dev")) {
      Files.createDirectories(root.resolve(directory));
    }
    for (String directory : List.of("bin", "sbin", "lib", "lib64")) {
      Files.createSymbolicLink(root.resolve(directory), Path.of("usr", directory));
    }
    bash("cd /etc && cp -a --parents " + OF_THIS_MACHINE + " '" + file("/etc") + "'");
    Files.copy(Path.of("/etc/os-release"), file("/etc/os-release"));
    write("/etc/passwd", "root:x:0:0:root:/root:/bin/bash\nmessagebus:x:100:100::/:/bin/false\n");
    write("/etc/group", "root:x:0:\nmessagebus:x:100:\n");
    write("/etc/machine-id", "0123456789abcdef0123456789abcdef\n");
    write("/etc/systemd/journald.conf", "[Journal]\nStorage=persistent\n");
    // As cloud-init runs user data.
    write(
        "/etc/systemd/system/cloud-final.service",
        """
        [Unit]
        After=network-online.target dbus.socket
        [Service]
        Type=oneshot
        RemainAfterExit=yes
        Environment=PATH=/stand-ins:/usr/sbin:/usr/bin
        ExecStart=/bin/bash /user-data
        """);
    Files.createSymbolicLink(
        file("/etc/systemd/system/multi-user.target.wants/cloud-final.service"),
        Path.of("../cloud-final.service"));
    String agent = "/opt/aws/amazon-cloudwatch-agent/bin";
    Shell.script(
        file("/stand-ins/dnf"),
        "mkdir -p %1$s && cp /bin/true %1$s/amazon-cloudwatch-agent-ctl".formatted(agent));
    Shell.script(
        file("/stand-ins/aws"),
        "while [ $# -gt 2 ]; do shift; done\ncat \"/bucket/${1#s3://}\" > \"$2\"");
    // The container's own boot id is hidden from units that see a /proc of their own.
    Shell.script(
        file("/init"),
        """
        while umount /proc/sys/kernel/random/boot_id 2> /dev/null; do :; done
        exec /usr/lib/systemd/systemd""");
    Files.createDirectories(file(BUCKET));
    Files.createFile(file(RELEASE));
    Shell.Ended able = bash(boots("/usr/bin/java -version"));
    assumeTrue(able.code() == 0, "no machine with Java boots here: " + able.err());
  }

  private Shell.Ended bash(String script) throws IOException, InterruptedException {
    return Shell.run(outside, Map.of(), List.of("bash", "-c", script));
  }

  private void write(String path, String text) throws IOException {
    Files.writeString(file(path), text);
  }

  /** The path of a file in it. */
  Path file(String path) {
    return root.resolve(path.substring(1));
  }

  private String boots(String program) {
    return """
        SYSTEMD_NSPAWN_UNIFIED_HIERARCHY=1 exec systemd-nspawn --quiet --directory='%s' \\
          --register=no --keep-unit --console=pipe --kill-signal=SIGRTMIN+3 --bind-ro=/usr \\
          --bind-ro='%s:%s' %s
        """
        .formatted(root, Release.zip().toAbsolutePath(), RELEASE, program);
  }

  /**
   * A script to run where user data is: it boots the machine with the settings before it and the
   * install stage, and ends with the machine.
   *
   * @param more is run after the install stage
   */
  Path userData(String sha256, String more) throws IOException {
    write("/install-stage", Files.readString(Path.of("deploy/user-data.sh")) + more);
    return Shell.script(
        outside.resolve("user-data.sh"),
        """
        unset ARGUS_HOME ARGUS_BUILD ARGUS_JAR ARGUS_PROFILE ARGUS_EC2_USER_DATA_SCRIPT
        export ARGUS_INSTALL_RELEASE_URI=s3://team-release/releases/argus.zip
        export ARGUS_INSTALL_RELEASE_SHA256=%2$s
        { export -p | grep -E '^declare -x (ARGUS|AWS)_'; cat '%1$s/install-stage'; } > '%1$s/user-data'
        %3$s"""
            .formatted(root, sha256, boots("/init")));
  }

  /** What its journal holds, of systemd and of its units. */
  String journal() throws IOException, InterruptedException {
    return Shell.run(
            outside,
            Map.of(),
            List.of("journalctl", "--no-pager", "-q", "-D", file("/var/log/journal").toString()))
        .out();
  }
}
