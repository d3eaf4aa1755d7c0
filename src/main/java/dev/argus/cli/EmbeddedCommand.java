package dev.argus.cli;

import dev.argus.localaws.Credentials;
import dev.argus.localaws.EmbeddedS3;
import dev.argus.localaws.EmbeddedSqs;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Runs one embedded service in a process of its own, so that it can be killed apart from the rest.
 *
 * <p>It ends when it is told to, and when its standard input does: with whoever started it.
 */
@Command(
    name = "embedded",
    description = "Run the embedded SQS or S3 alone, until standard input ends.",
    hidden = true)
final class EmbeddedCommand implements Callable<Integer> {
  /** The services that can run alone. */
  enum Service {
    SQS,
    S3
  }

  @Parameters(paramLabel = "SERVICE", description = "One of ${COMPLETION-CANDIDATES}.")
  private Service service;

  @Option(names = "--data", required = true, paramLabel = "DIR")
  private Path data;

  @Option(names = "--port", required = true, paramLabel = "PORT")
  private int port;

  @Override
  public Integer call() throws Exception {
    StopSignal signal = StopSignal.install();
    try (AutoCloseable running = start()) {
      CompletableFuture.anyOf(signal.stage(), endOfInput()).join();
    } finally {
      signal.done();
    }
    return 0;
  }

  private AutoCloseable start() {
    return switch (service) {
      case SQS -> EmbeddedSqs.start(Optional.of(data.resolve("sqs")), port, credentials());
      case S3 -> EmbeddedS3.start(data.resolve("s3"), port, credentials());
    };
  }

  /** From the environment, for command lines can be read by everybody. */
  private static Credentials credentials() {
    return new Credentials(required("AWS_ACCESS_KEY_ID"), required("AWS_SECRET_ACCESS_KEY"));
  }

  private static String required(String variable) {
    return Optional.ofNullable(System.getenv(variable))
        .orElseThrow(() -> new IllegalArgumentException(variable + " is not set"));
  }

  private static CompletableFuture<Void> endOfInput() {
    CompletableFuture<Void> end = new CompletableFuture<>();
    Thread reader =
        new Thread(
            () -> {
              try {
                System.in.transferTo(OutputStream.nullOutputStream());
              } catch (IOException e) {
                // broken is ended too
              }
              end.complete(null);
            },
            "end-of-input");
    reader.setDaemon(true);
    reader.start();
    return end;
  }
}
