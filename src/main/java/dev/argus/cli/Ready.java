package dev.argus.cli;

import dev.argus.config.WebSettings;
import java.net.InetSocketAddress;
import picocli.CommandLine.Model.CommandSpec;

/** Says where Argus can be reached, in the words that scripts wait for. */
final class Ready {
  private Ready() {}

  static void announce(CommandSpec spec, WebSettings settings, InetSocketAddress address) {
    String host =
        address.getAddress().isAnyLocalAddress()
            ? "127.0.0.1"
            : address.getAddress().getHostAddress();
    spec.commandLine()
        .getOut()
        .printf(
            "Argus is ready at %s://%s:%d%n",
            settings.tls().isPresent() ? "https" : "http",
            host.contains(":") ? "[" + host + "]" : host,
            address.getPort());
    spec.commandLine().getOut().flush();
  }
}
