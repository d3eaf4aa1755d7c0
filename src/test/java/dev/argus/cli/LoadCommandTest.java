package dev.argus.cli;

import static dev.argus.client.FakeArgus.now;
import static dev.argus.client.FakeArgus.problem;
import static dev.argus.client.FakeArgus.recognised;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.typesafe.config.ConfigFactory;
import dev.argus.client.FakeArgus;
import dev.argus.protocol.Problem;
import dev.argus.traffic.Family;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine.TypeConversionException;

class LoadCommandTest {
  private static ActorTestKit kit;
  private static FakeArgus argus;

  @TempDir Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeAll
  static void start() {
    kit = ActorTestKit.create(ConfigFactory.load());
    argus =
        new FakeArgus(
            kit.system(),
            (name, time) ->
                now(
                    name.equals("bad.jpg")
                        ? problem(Problem.Kind.UNDECODABLE)
                        : recognised(name, "tabby")));
  }

  @AfterAll
  static void stop() {
    argus.close();
    kit.shutdownTestKit();
  }

  @BeforeEach
  void writePhotos() throws Exception {
    for (String name : List.of("a.jpg", "b.jpg", "c.jpg")) {
      Files.writeString(folder.resolve(name), "a photo");
    }
  }

  @Test
  void theContractOfTheCommandLineHolds() throws Exception {
    int code = load("--requests", "6", "--concurrency", "2", "--json");
    JsonNode json = new ObjectMapper().readTree(out.toString());
    assertThat(code).isZero();
    for (String field :
        List.of(
            "requests",
            "answered",
            "failed",
            "retries",
            "bytesSent",
            "elapsedSeconds",
            "answersPerSecond",
            "statuses",
            "failures",
            "latencySeconds",
            "checks",
            "mistakes",
            "ok")) {
      assertThat(json.has(field)).as(field).isTrue();
    }
    assertThat(json.get("answered").asInt()).isEqualTo(6);
    assertThat(err.toString()).isEmpty(); // nobody watches a test
  }

  @Test
  void theExitCodeIsThatOfTheThresholds() throws Exception {
    Files.writeString(folder.resolve("bad.jpg"), "no photo");
    assertThat(load("--requests", "4")).isEqualTo(1);
    assertThat(out.toString()).contains("not kept  1 of 4 photos failed");
    assertThat(load("--requests", "4", "--max-errors", "25%")).isZero();
    assertThat(load("--requests", "4", "--max-errors", "0.2")).isEqualTo(1);
    assertThat(load("--requests", "4", "--max-errors", "1", "--max-p99", "1h")).isZero();
    assertThat(load("--requests", "4", "--max-errors", "1", "--max-p99", "1us")).isEqualTo(1);
    for (String good : List.of("a.jpg", "b.jpg", "c.jpg")) {
      Files.delete(folder.resolve(good));
    }
    assertThat(load("--requests", "4", "--max-errors", "1", "--max-p99", "1h")).isEqualTo(1);
    assertThat(out.toString()).contains("no photo was recognised");
  }

  @Test
  void eachKindOfTrafficCanBePlayed() throws Exception {
    Path trace = Files.writeString(folder.resolve("trace.csv"), "seconds\n0\n0.01\n0.02\n");
    assertThat(load("--rate", "200", "--requests", "5")).isZero();
    assertThat(load("--burst", "5", "--every", "50ms", "--duration", "80ms")).isZero();
    assertThat(out.toString()).contains("10 requests");
    assertThat(load("--trace", trace.toString())).isZero();
    assertThat(out.toString()).contains("3 requests").contains("not sent  0");
    assertThat(load("--rate", "50", "--family", "gamma", "--duration", "400ms")).isZero();
    List<Duration> gamma = new ArrayList<>();
    Family.GAMMA.arrivals(50, Duration.ofMillis(400)).times(1).forEachRemaining(gamma::add);
    assertThat(gamma).isNotEmpty();
    assertThat(out.toString()).contains(gamma.size() + " requests");
    assertThat(load("--burst", "5", "--every", "50ms", "--hours", "0.00002")).isZero(); // 72 ms
    assertThat(out.toString()).contains("10 requests");
  }

  @Test
  void oneFunctionOfARecordedDayCanBePlayed() throws Exception {
    Path day =
        Files.writeString(
            folder.resolve("day.csv"),
            """
            HashOwner,HashApp,HashFunction,Trigger,1
            o,a,often,http,60000
            o,a,seldom,queue,2
            """);
    // Of 1000 a second five come at once; of the other they would take a quarter of a minute.
    assertThat(load("--trace", day.toString(), "--function", "often", "--requests", "5")).isZero();
    assertThat(out.toString()).contains("5 requests");
    assertWrong("never", "--trace", day.toString(), "--function", "never");
  }

  @Test
  void thePageIsWrittenBesideTheReport() throws Exception {
    Path page = folder.resolve("report.html");
    assertThat(load("--requests", "3", "--html", page.toString())).isZero();
    assertThat(page).content().startsWith("<!doctype html>");
    assertThat(out.toString()).contains("3 requests");
  }

  @Test
  void whatIsWrongIsToldBeforeAnythingIsSent() throws Exception {
    int before = argus.names().size();
    Path trace = Files.writeString(folder.resolve("trace.csv"), "soon\n1\nlater\n");
    Path good = Files.writeString(folder.resolve("good.csv"), "1\n");
    assertWrong("line 3", "--trace", trace.toString());
    assertWrong("the trace cannot be read", "--trace", folder.resolve("none.csv").toString());
    assertWrong("rate", "--rate", "0");
    assertWrong("mutually exclusive", "--rate", "1", "--trace", trace.toString());
    assertWrong("--every", "--burst", "5");
    assertWrong("mutually exclusive", "--rate", "1", "--burst", "5", "--every", "1s");
    assertWrong("--rate", "--family", "gamma", "--hours", "1");
    assertWrong("--duration or --hours", "--rate", "1", "--family", "gamma");
    assertWrong("found both", "--rate", "1", "--duration", "1s", "--hours", "1");
    assertWrong("at most a year", "--rate", "1", "--hours", "-1");
    assertWrong("diurnal, gamma, mmpp", "--rate", "1", "--hours", "1", "--family", "steady");
    assertWrong("HashOwner", "--function", "f", "--trace", good.toString());
    assertWrong("500ms, 30s, 5m or 1h, found '30'", "--duration", "30");
    assertWrong("0.01 or 1%", "--max-errors", "few");
    assertWrong("expected 0 to 1, found 2", "--max-errors", "2");
    assertWrong("warm-up", "--duration", "1s", "--warm-up", "2s");
    assertWrong("no report can be written", "--html", folder.toString());
    assertThat(argus.names()).hasSize(before);
  }

  @Test
  void timesHaveUnits() {
    TimeOption option = new TimeOption();
    assertThat(option.convert("500ms")).isEqualTo(Duration.ofMillis(500));
    assertThat(option.convert("1.5s")).isEqualTo(Duration.ofMillis(1500));
    assertThat(option.convert("5m")).isEqualTo(Duration.ofMinutes(5));
    for (String wrong : List.of("", "5", "5 parsecs", "-1s", "1e9s")) {
      assertThatThrownBy(() -> option.convert(wrong)).isInstanceOf(TypeConversionException.class);
    }
  }

  private void assertWrong(String message, String... args) {
    assertThat(load(args)).as(message).isEqualTo(2);
    assertThat(err.toString()).contains(message);
  }

  private int load(String... args) {
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    List<String> all =
        new ArrayList<>(
            List.of("load", "--url", argus.url().toString(), "--images", folder.toString()));
    all.addAll(List.of(args));
    return Main.commandLine()
        .setOut(new PrintWriter(out))
        .setErr(new PrintWriter(err))
        .execute(all.toArray(String[]::new));
  }
}
