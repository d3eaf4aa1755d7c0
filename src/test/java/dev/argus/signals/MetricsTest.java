package dev.argus.signals;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.yaml.snakeyaml.Yaml;

/**
 * The catalogue of metrics, the dashboard and the alert rules speak of what a web node exports, and
 * of all of it.
 */
class MetricsTest {
  private static final Path CATALOGUE = Path.of("docs/metrics.md");
  private static final Path DASHBOARD = Path.of("deploy/grafana/argus-dashboard.json");
  private static final Path ALERTS = Path.of("deploy/prometheus/argus-alerts.yaml");
  private static final Pattern ROW =
      Pattern.compile("\\| `(argus_[a-z0-9_]+)` \\| (\\w+) \\|([^|]*)\\|.*");
  private static final Pattern NAME = Pattern.compile("\\b(?:argus_[a-z0-9_]+|argus:[a-z0-9_:]+)");
  private static final Pattern SELECTOR = Pattern.compile("(argus_[a-z0-9_]+)\\{([^}]*)}");
  private static final Pattern MATCHER = Pattern.compile("([a-z_]+)(=~|!~|!=|=)\"([^\"]*)\"");
  private static final Pattern GROUPING = Pattern.compile("\\b(?:by|on|without) \\(([^)]*)\\)");

  /** What Prometheus itself adds. */
  private static final Set<String> OF_PROMETHEUS = Set.of("instance", "job", "le");

  private static String scrape;
  private static Map<String, Family> exported;

  @TempDir Path directory;

  @BeforeAll
  static void scrape() throws Exception {
    try (Monitored web = new Monitored()) {
      scrape = web.scrape();
    }
    exported = Family.read(scrape);
  }

  @Test
  void theCatalogueListsWhatIsExportedAndNothingElse() throws IOException {
    Map<String, String> documented = new TreeMap<>();
    for (String line : Files.readAllLines(CATALOGUE)) {
      Matcher row = ROW.matcher(line);
      if (row.matches()) {
        String labels =
            Stream.of(row.group(3).replace("`", "").split(","))
                .map(String::strip)
                .filter(label -> !label.isEmpty())
                .sorted()
                .collect(Collectors.joining(","));
        documented.put(row.group(1), row.group(2) + " " + labels);
      }
    }
    Map<String, String> shown = new TreeMap<>();
    exported.forEach(
        (name, family) ->
            shown.put(
                name,
                family.type() + " " + String.join(",", new TreeSet<>(family.labels().keySet()))));
    assertThat(documented).isEqualTo(shown);
  }

  @Test
  void requestsPhotosAndBatchesAreCounted() {
    assertThat(scrape)
        .contains(
            "argus_http_request_duration_seconds_count"
                + "{method=\"GET\",route=\"/v1/images/{id}\",status=\"4xx\"} 1",
            "argus_http_request_duration_seconds_count"
                + "{method=\"GET\",route=\"other\",status=\"4xx\"} 1",
            "argus_http_request_duration_seconds_count"
                + "{method=\"POST\",route=\"/v1/images\",status=\"2xx\"} 2",
            "argus_photos_answered_total{outcome=\"recognised\"} 2.0",
            "argus_photos_answered_total{outcome=\"undecodable\"} 2.0",
            "argus_photos_refused_total{problem=\"unsupported-type\"} 1.0",
            "argus_batches_photos_bucket{le=\"2.0\"} 0",
            "argus_batches_photos_bucket{le=\"5.0\"} 1",
            "argus_batches_open 1.0",
            "argus_photos_service_seconds_count");
  }

  @Test
  void theDashboardShowsWhatIsExported() throws IOException {
    List<String> wrong = new ArrayList<>();
    int panels = 0;
    for (JsonNode panel : new ObjectMapper().readTree(DASHBOARD.toFile()).path("panels")) {
      for (JsonNode target : panel.path("targets")) {
        panels++;
        String expression = target.path("expr").asText();
        check(panel.path("title").asText(), expression, Set.of(), wrong);
        Matcher legend =
            Pattern.compile("\\{\\{(\\w+)}}").matcher(target.path("legendFormat").asText());
        while (legend.find()) {
          if (!groupings(expression).contains(legend.group(1))) {
            wrong.add(panel.path("title") + ": its legend names " + legend.group(1));
          }
        }
      }
    }
    assertThat(panels).isGreaterThan(20);
    assertThat(wrong).isEmpty();
  }

  @Test
  void theAlertsWatchWhatIsExportedAndSayWhatToDo() throws IOException {
    List<String> wrong = new ArrayList<>();
    Set<String> recorded = new HashSet<>();
    String runbook = Files.readString(Path.of("docs/observability.md"));
    for (Map<String, Object> rule : rules()) {
      if (rule.containsKey("record")) {
        recorded.add((String) rule.get("record"));
      }
      String name = rule.getOrDefault("alert", rule.get("record")).toString();
      check(name, (String) rule.get("expr"), recorded, wrong);
      if (rule.containsKey("alert")) {
        assertThat(rule).as(name).containsKeys("for", "labels", "annotations");
        assertThat((Map<?, ?>) rule.get("labels"))
            .as(name)
            .extracting("severity")
            .isIn("warning", "critical");
        Map<?, ?> annotations = (Map<?, ?>) rule.get("annotations");
        assertThat(annotations.keySet().toString()).as(name).contains("summary", "description");
        String link = annotations.get("runbook_url").toString();
        assertThat(link).as(name).startsWith("docs/observability.md#");
        String heading = link.substring(link.indexOf('#') + 1).replace('-', ' ');
        assertThat(runbook.toLowerCase(Locale.ROOT)).as(name).contains("# " + heading);
      }
    }
    assertThat(wrong).isEmpty();
  }

  @Test
  void promtoolHasNothingToSay() throws Exception {
    String promtool = System.getenv().getOrDefault("PROMTOOL", "promtool");
    assumeTrue(runs(promtool), "there is no promtool; .ci/run fetches it");
    Path dashboard = directory.resolve("dashboard.yaml");
    Files.writeString(dashboard, asRules());
    Path metrics = directory.resolve("metrics.txt");
    // The lines of others are not ours to name.
    Files.writeString(
        metrics,
        scrape
                .lines()
                .filter(line -> line.matches("(?:# \\w+ )?argus_.*"))
                .collect(Collectors.joining("\n"))
            + "\n");
    assertThat(run(null, promtool, "check", "rules", ALERTS.toString(), dashboard.toString()))
        .contains("SUCCESS")
        .doesNotContain("FAILED");
    assertThat(run(metrics, promtool, "check", "metrics")).isEmpty();
  }

  /** The dashboard's expressions, with its variables filled in, as rules. */
  private static String asRules() throws IOException {
    List<Map<String, String>> rules = new ArrayList<>();
    for (JsonNode expression : new ObjectMapper().readTree(DASHBOARD.toFile()).findValues("expr")) {
      rules.add(
          Map.of(
              "record",
              "dashboard:expression" + rules.size(),
              "expr",
              expression.asText().replace("$__rate_interval", "5m").replace("$instance", ".*")));
    }
    return new Yaml().dump(Map.of("groups", List.of(Map.of("name", "d", "rules", rules))));
  }

  private static List<Map<String, Object>> rules() throws IOException {
    Map<String, List<Map<String, List<Map<String, Object>>>>> file =
        new Yaml().load(Files.readString(ALERTS));
    return file.get("groups").stream().flatMap(group -> group.get("rules").stream()).toList();
  }

  /** Names, labels and values that an expression asks for and nothing exports. */
  private static void check(
      String where, String expression, Set<String> recorded, List<String> wrong) {
    Set<String> labels = new HashSet<>(OF_PROMETHEUS);
    Matcher name = NAME.matcher(expression.replaceAll("\"[^\"]*\"", "\"\""));
    while (name.find()) {
      Family family = Family.named(exported, name.group());
      if (family != null) {
        labels.addAll(family.labels().keySet());
      } else if (!recorded.contains(name.group())) {
        wrong.add(where + ": nothing exports " + name.group());
      }
    }
    Matcher selector = SELECTOR.matcher(expression);
    while (selector.find()) {
      Family family = Family.named(exported, selector.group(1));
      Matcher matcher = MATCHER.matcher(selector.group(2));
      while (family != null && matcher.find()) {
        if (!OF_PROMETHEUS.contains(matcher.group(1))) {
          Set<String> values = family.labels().getOrDefault(matcher.group(1), Set.of());
          for (String value : matcher.group(3).split("\\|")) {
            if (!values.contains(value) && !value.equals("5xx")) {
              wrong.add(where + ": " + family.name() + " has no " + matcher.group());
            }
          }
        }
      }
    }
    for (String label : groupings(expression)) {
      if (!labels.contains(label)) {
        wrong.add(where + ": no metric of it has the label " + label);
      }
    }
  }

  private static Set<String> groupings(String expression) {
    Set<String> labels = new HashSet<>();
    Matcher grouping = GROUPING.matcher(expression);
    while (grouping.find()) {
      for (String label : grouping.group(1).split(",")) {
        labels.add(label.strip());
      }
    }
    labels.remove("");
    return labels;
  }

  private static boolean runs(String command) {
    try {
      return run(null, command, "--version").contains("promtool");
    } catch (IOException | InterruptedException e) {
      return false;
    }
  }

  private static String run(Path input, String... command)
      throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    if (input != null) {
      builder.redirectInput(input.toFile());
    }
    Process process = builder.start();
    String said = new String(process.getInputStream().readAllBytes());
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return said;
  }
}
