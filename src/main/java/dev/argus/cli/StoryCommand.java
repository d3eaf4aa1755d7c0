package dev.argus.cli;

import dev.argus.aws.AwsEnvironment;
import dev.argus.config.ArgusSettings;
import dev.argus.config.InvalidSettingException;
import dev.argus.localaws.LocalAws;
import dev.argus.protocol.PhotoId;
import dev.argus.story.CloudWatchPhotoLogs;
import dev.argus.story.LogFiles;
import dev.argus.story.PhotoLogs;
import dev.argus.story.Story;
import dev.argus.story.StoryEvent;
import dev.argus.story.StoryTeller;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsAsyncClient;

/** Tells what happened to one photo across all nodes. */
@Command(
    name = "story",
    description = {
      "Tell what happened to one photo, in the order of time: from what lies in S3, and from the"
          + " logs of all nodes.",
      "On AWS the logs are those in CloudWatch; of `argus local` those in its data directory"
          + " (--data)."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:the photo is known",
      "1:nothing is known of it, or something failed",
      "2:the command line, a setting or the credentials are wrong"
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class StoryCommand implements Callable<Integer> {
  // S3 and the logs tell the time with different precision.
  private static final DateTimeFormatter MILLIS =
      new DateTimeFormatterBuilder().appendInstant(3).toFormatter();

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "ID", description = "The photo's id, as answers and results have it.")
  private String id;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "The data directory of an `argus local`, which need not run any more.")
  private Path data;

  @Option(names = "--json", description = "Print the story as JSON.")
  private boolean json;

  @Override
  public Integer call() throws Exception {
    PhotoId photo =
        PhotoId.parse(id)
            .orElseThrow(
                () ->
                    new ParameterException(
                        spec.commandLine(),
                        "not a photo's id: "
                            + Printable.text(id)
                            + "; one is 36 characters long, such as"
                            + " 019a5c1e-8f00-7000-8000-000000000000"));
    Story story = data == null ? fromAws(photo) : fromLocal(photo);
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(Printable.json(story.toJson()));
    } else {
      print(story, out);
    }
    out.flush();
    return story.isKnown() ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
  }

  private Story fromAws(PhotoId photo) {
    Map<String, String> environment = System.getenv();
    AwsEnvironment aws;
    try {
      aws = AwsEnvironment.from(environment);
    } catch (InvalidSettingException e) {
      throw new InvalidSettingException(
          e.getMessage() + "; for a photo of `argus local`, say --data argus-data", e);
    }
    ArgusSettings settings = Startup.ofCluster(aws, environment);
    if (aws.s3().isPresent() && !environment.containsKey("AWS_ENDPOINT_URL")) {
      return tell(settings, Optional.of(aws), StoryCommand::noLogs, photo); // not AWS itself
    }
    try (CloudWatchLogsAsyncClient client =
        CloudWatchLogsAsyncClient.builder()
            .region(aws.region())
            .credentialsProvider(aws.credentials())
            .overrideConfiguration(o -> o.apiCallTimeout(settings.aws().callTimeout()))
            .build()) {
      return tell(
          settings,
          Optional.of(aws),
          new CloudWatchPhotoLogs(client, settings.names().prefix()),
          photo);
    }
  }

  private static List<StoryEvent> noLogs(PhotoId photo) throws IOException {
    throw new IOException(
        "the logs are not told: name the data directory of `argus local` with --data");
  }

  private Story fromLocal(PhotoId photo) {
    Path directory = data.toAbsolutePath().normalize();
    if (!Files.isDirectory(directory)) {
      throw new ParameterException(
          spec.commandLine(), "--data: there is no directory " + directory);
    }
    ArgusSettings settings = ArgusSettings.load(System.getenv());
    Optional<AwsEnvironment> aws =
        LocalAws.environmentIn(directory).map(LocalCluster::environmentOf);
    if (aws.isEmpty()) {
      err("argus local does not run on " + directory + " now: only its logs are told");
    }
    return tell(settings, aws, new LogFiles(directory), photo);
  }

  private static Story tell(
      ArgusSettings settings, Optional<AwsEnvironment> aws, PhotoLogs logs, PhotoId photo) {
    if (aws.isEmpty()) {
      return new StoryTeller(Optional.empty(), logs).of(photo);
    }
    try (Ports ports = new Ports(settings, aws.get())) {
      return new StoryTeller(Optional.of(ports.store()), logs).of(photo);
    }
  }

  private void print(Story story, PrintWriter out) {
    story.notes().forEach(this::err);
    if (!story.isKnown()) {
      err(
          "nothing is known of "
              + story.id()
              + (story.notes().isEmpty() ? "" : " as far as could be looked")
              + ": it was not accepted by this cluster ("
              + "check AWS_REGION, AWS_PROFILE and ARGUS_NAMES_PREFIX), or it is so long ago that"
              + " photo, result and logs are gone");
      return;
    }
    for (StoryEvent event : story.events()) {
      out.printf(
          "%-24s  %-19s  %s%n",
          event.at().map(MILLIS::format).orElse("(time not known)"),
          Printable.text(event.where()),
          Printable.text(event.what()));
    }
    out.println(story.ending(InstantSource.system().instant()));
  }

  private void err(String text) {
    spec.commandLine().getErr().println("argus: " + Printable.text(text));
    spec.commandLine().getErr().flush();
  }
}
