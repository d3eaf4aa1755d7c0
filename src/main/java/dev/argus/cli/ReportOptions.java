package dev.argus.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.argus.page.ChartPage;
import dev.argus.simulation.report.Gate;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What is made of runs of the simulator, and what they must keep to. */
final class ReportOptions {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  @Option(names = "--json", description = "Print the report as JSON.")
  private boolean json;

  @Option(
      names = "--html",
      paramLabel = "FILE",
      description = "Also write the report as a page with charts, all in one file.")
  private Path html;

  @Option(
      names = "--gate",
      paramLabel = "NAME=MAX",
      split = ",",
      description =
          "Fail if a number is more than that, such as ratioToBound=1.35,missFraction=0.001. Names are"
              + " those in the JSON; docs/simulation.md has them all.")
  private List<String> limits = List.of();

  /** Checked before the runs, as is the file. */
  Gate gate(List<String> names) {
    if (html != null) {
      ChartPage.check(html);
    }
    try {
      Map<String, Double> gate = new LinkedHashMap<>();
      limits.forEach(limit -> put(gate, limit));
      return new Gate(gate).among(names);
    } catch (IllegalArgumentException e) {
      throw SimulationOptions.wrong(command, e);
    }
  }

  private static void put(Map<String, Double> gate, String limit) {
    int equals = limit.indexOf('=');
    if (equals < 1) {
      throw new IllegalArgumentException(
          "--gate: expected NAME=MAX such as ratioToBound=1.35, found '%s'".formatted(limit));
    }
    String name = limit.substring(0, equals);
    String max = limit.substring(equals + 1);
    try {
      gate.put(name, Double.valueOf(max));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "--gate: expected a number for %s, found '%s'".formatted(name, max), e);
    }
  }

  /** Where the page goes; null if there is to be none. */
  Path html() {
    return html;
  }

  /** Whether the output is for programs. */
  boolean json() {
    return json;
  }

  /** Prints the report and the verdict, which gives the exit code. */
  int print(JsonNode report, String text, List<String> breaches) {
    PrintWriter out = command.commandLine().getOut();
    out.println(json ? report : text);
    if (!json) {
      breaches.forEach(breach -> out.println("  not kept  " + breach));
    }
    out.flush();
    return breaches.isEmpty() ? 0 : 1;
  }
}
