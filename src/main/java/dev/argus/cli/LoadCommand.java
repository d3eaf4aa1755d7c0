package dev.argus.cli;

import dev.argus.config.InvalidSettingException;
import dev.argus.config.Secret;
import dev.argus.config.Token;
import dev.argus.load.HtmlReport;
import dev.argus.load.LoadGenerator;
import dev.argus.load.LoadProgress;
import dev.argus.load.LoadReport;
import dev.argus.load.LoadSettings;
import dev.argus.load.Thresholds;
import dev.argus.load.Workload;
import dev.argus.page.ChartPage;
import dev.argus.traffic.Arrivals;
import dev.argus.traffic.Bursts;
import dev.argus.traffic.Family;
import dev.argus.traffic.Poisson;
import dev.argus.traffic.Trace;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The workload generator. */
@Command(
    name = "load",
    description = {
      "Send photos of a folder to Argus, and report what came back and how fast.",
      "",
      "Closed loop (the default): --concurrency clients, each of which sends its next photo when its"
          + " last one is done. Open loop: photos are sent when their time has come, whatever became"
          + " of those before; times are those of --rate, --family, --burst or --trace.",
      "",
      "A time is a number with a unit: 500ms, 30s, 5m, 1h.",
      ""
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:the thresholds were kept to: by default, that every photo was answered, and rightly",
      "1:they were not, or an answer was another photo's",
      "2:the command line or a file is wrong; nothing was sent"
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class LoadCommand implements Callable<Integer> {
  private static final String TOKEN = "ARGUS_TOKEN";
  private static final int DEFAULT_REQUESTS = 100;
  private static final int CLIENTS = 10;
  private static final int MOST_UNDER_WAY = 1000;
  private static final double MAX_HOURS = 366 * 24;

  @Spec private CommandSpec spec;

  @Option(names = "--url", required = true, paramLabel = "U", description = "Where Argus is.")
  private URI url;

  @Option(
      names = "--images",
      required = true,
      paramLabel = "DIR",
      description = "A folder of photos; they are sent in turn.")
  private Path images;

  @Option(
      names = "--requests",
      paramLabel = "N",
      description =
          "Photos to send in all (default: 100; with --duration, --hours or --trace no limit of its"
              + " own).")
  private Integer requests;

  @Option(
      names = "--duration",
      paramLabel = "TIME",
      converter = TimeOption.class,
      description = "Send none after this time.")
  private Duration duration;

  @Option(
      names = "--hours",
      paramLabel = "H",
      description = "The same in hours: --hours 1.5 is --duration 90m.")
  private Double hours;

  @Option(
      names = "--concurrency",
      paramLabel = "C",
      description =
          "Photos under way at once (default: 10). In an open loop the most that may be (default:"
              + " 1000): those that come beyond it are not sent, and count as errors.")
  private Integer concurrency;

  @ArgGroup(exclusive = true, heading = "%nOpen loop, one of:%n")
  private OpenLoop openLoop;

  /** When photos come. */
  private static final class OpenLoop {
    @ArgGroup(exclusive = false)
    private Random random;

    @ArgGroup(exclusive = false)
    private Recorded recorded;

    @ArgGroup(exclusive = false)
    private Burst burst;
  }

  private static final class Random {
    @Option(
        names = "--rate",
        required = true,
        paramLabel = "R",
        description = "R photos a second on average, at random times (a Poisson process), ...")
    private double rate;

    @Option(
        names = "--family",
        paramLabel = "F",
        converter = FamilyOption.class,
        description =
            "... or as they come in one of these: diurnal, gamma, mmpp, pareto, flash, batch, sparse."
                + " For --duration or --hours.")
    private Family family;
  }

  private static final class Recorded {
    @Option(
        names = "--trace",
        required = true,
        paramLabel = "FILE",
        description =
            "Times from a text file: a line SECONDS for each photo, a line MINUTE,COUNT for each"
                + " minute, or a day of the Azure Functions trace of 2019, ...")
    private Path file;

    @Option(
        names = "--function",
        paramLabel = "HASH",
        description = "... of which only the rows with this HashFunction are played.")
    private String function;
  }

  private static final class Burst {
    @Option(
        names = "--burst",
        required = true,
        paramLabel = "N",
        description = "N photos at once, ...")
    private int size;

    @Option(
        names = "--every",
        required = true,
        paramLabel = "TIME",
        converter = TimeOption.class,
        description = "... again and again after this time.")
    private Duration every;
  }

  @ArgGroup(validate = false, heading = "%nHow they are sent:%n")
  private Course course = new Course();

  private static final class Course {
    @Option(
        names = "--ramp",
        paramLabel = "TIME",
        converter = TimeOption.class,
        description =
            "Let the load grow from nothing over this time; not with --family or --trace.")
    private Duration ramp = Duration.ZERO;

    @Option(
        names = "--warm-up",
        paramLabel = "TIME",
        converter = TimeOption.class,
        description = "Do not count photos of this time at the start.")
    private Duration warmUp = Duration.ZERO;

    @Option(
        names = "--retries",
        paramLabel = "N",
        description =
            "Send a photo that was refused (429, 503) again this often, when Argus says (default:"
                + " 60, in an open loop 0).")
    private Integer retries;

    @Option(
        names = "--seed",
        paramLabel = "N",
        description =
            "Draw photos at random, and the times of an open loop (default: photos in turn, and the"
                + " same times in every run).")
    private Long seed;

    @Option(
        names = "--token-file",
        paramLabel = "FILE",
        description =
            "The bearer token to send, in a file; ARGUS_TOKEN is for one in the environment. There"
                + " is no option for the token itself, since others on a machine see command"
                + " lines.")
    private Path tokenFile;
  }

  @ArgGroup(validate = false, heading = "%nJudgement:%n")
  private Judgement judgement = new Judgement();

  private static final class Judgement {
    @Option(
        names = "--expected",
        paramLabel = "FILE",
        description = "Right labels to check answers against: a line FILE,LABEL|LABEL... for each.")
    private Path expected;

    @Option(
        names = "--max-p99",
        paramLabel = "TIME",
        converter = TimeOption.class,
        description = "Fail if 99 %% of the recognised photos took longer than this.")
    private Duration maxP99;

    @Option(
        names = "--max-errors",
        paramLabel = "SHARE",
        converter = ShareOption.class,
        description =
            "Fail if more photos than this share failed, were not sent or were recognised wrongly:"
                + " 0.01 or 1%% (default: 0).")
    private Double maxErrors = 0.0;
  }

  @ArgGroup(validate = false, heading = "%nReport:%n")
  private Report report = new Report();

  private static final class Report {
    @Option(names = "--json", description = "Print the report as JSON.")
    private boolean json;

    @Option(
        names = "--html",
        paramLabel = "FILE",
        description = "Also write the report as a page with charts, all in one file.")
    private Path html;
  }

  @Override
  public Integer call() throws Exception {
    LoadSettings settings = settings();
    if (report.html != null) {
      ChartPage.check(report.html);
    }
    ActorSystem<Void> system = ActorSystem.create(Behaviors.empty(), "argus-load");
    try {
      Optional<LoadLine> line =
          Terminal.isAttached() && !report.json
              ? Optional.of(new LoadLine(spec.commandLine().getErr(), settings.workload()))
              : Optional.empty();
      LoadReport outcome =
          new LoadGenerator(system)
              .run(settings, line.<LoadProgress>map(l -> l).orElse(LoadProgress.ignored()))
              .toCompletableFuture()
              .get();
      line.ifPresent(LoadLine::end);
      spec.commandLine()
          .getOut()
          .println(report.json ? outcome.toJson() : printable(outcome.toText()));
      spec.commandLine().getOut().flush();
      if (report.html != null) {
        HtmlReport.write(report.html, outcome, settings, Instant.now());
      }
      return outcome.passed() ? 0 : 1;
    } finally {
      system.terminate();
    }
  }

  private LoadSettings settings() {
    Optional<Duration> length = length();
    Optional<Arrivals> arrivals = arrivals(length);
    boolean ends = length.isPresent() || (openLoop != null && openLoop.recorded != null);
    Workload workload =
        new Workload(
            arrivals,
            concurrency != null ? concurrency : arrivals.isPresent() ? MOST_UNDER_WAY : CLIENTS,
            requests != null ? requests : ends ? Integer.MAX_VALUE : DEFAULT_REQUESTS,
            length,
            course.ramp,
            course.warmUp);
    LoadSettings settings =
        LoadSettings.of(url, images, workload)
            .withThresholds(
                new Thresholds(Optional.ofNullable(judgement.maxP99), judgement.maxErrors));
    if (judgement.expected != null) {
      settings = settings.withExpected(judgement.expected);
    }
    if (course.retries != null) {
      settings = settings.withRetries(course.retries);
    }
    if (course.seed != null) {
      settings = settings.withSeed(course.seed);
    }
    Optional<Secret> token = token();
    return token.isPresent() ? settings.withToken(token.get()) : settings;
  }

  private Optional<Duration> length() {
    if (hours == null) {
      return Optional.ofNullable(duration);
    }
    if (duration != null) {
      throw new InvalidSettingException("load: expected --duration or --hours, found both");
    }
    if (!(hours > 0 && hours <= MAX_HOURS)) {
      throw new InvalidSettingException(
          "load: --hours: expected above zero, at most a year, found " + hours);
    }
    return Optional.of(Duration.ofMillis(Math.round(hours * 3_600_000)));
  }

  private Optional<Arrivals> arrivals(Optional<Duration> length) {
    if (openLoop == null) {
      return Optional.empty();
    }
    try {
      if (openLoop.random != null) {
        return Optional.of(random(openLoop.random, length));
      }
      return Optional.of(
          openLoop.recorded != null
              ? Trace.read(openLoop.recorded.file, Optional.ofNullable(openLoop.recorded.function))
              : new Bursts(openLoop.burst.size, openLoop.burst.every));
    } catch (IllegalArgumentException e) {
      throw new InvalidSettingException("load: " + e.getMessage(), e);
    } catch (IOException e) {
      throw new InvalidSettingException("load: the trace cannot be read: " + e, e);
    }
  }

  private static Arrivals random(Random options, Optional<Duration> length) {
    if (options.family == null) {
      return new Poisson(options.rate);
    }
    return options.family.arrivals(
        options.rate,
        length.orElseThrow(
            () ->
                new IllegalArgumentException(
                    "--family: expected --duration or --hours as well, for its traffic ends then;"
                        + " found neither")));
  }

  private Optional<Secret> token() {
    if (course.tokenFile != null) {
      return Optional.of(Token.read("--token-file", course.tokenFile));
    }
    return Optional.ofNullable(System.getenv(TOKEN))
        .filter(text -> !text.isEmpty())
        .map(text -> Token.checked(TOKEN, text));
  }

  /** Names of photos, and reasons that a server gave, are anybody's. */
  private static String printable(String text) {
    return String.join(
        System.lineSeparator(), text.lines().map(Printable::text).toArray(String[]::new));
  }
}
