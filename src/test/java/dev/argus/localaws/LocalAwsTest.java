package dev.argus.localaws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.core.async.AsyncResponseTransformer;

class LocalAwsTest {
  @TempDir Path data;

  @Test
  void theDataDirectoryIsItsOwnersAlone() throws Exception {
    Path fresh = data.resolve("fresh");
    try (LocalAws aws = LocalAws.start(fresh, Map.of(), Ec2Options.defaults(), Clock.systemUTC())) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(fresh)))
          .isEqualTo("rwx------");
    }
  }

  @Test
  void messagesAndObjectsOutliveARunThoughCredentialsDoNot() {
    Credentials first;
    try (LocalAws aws = start();
        var sqs = Clients.sqs(aws.sqsEndpoint());
        var s3 = Clients.s3(aws.s3Endpoint(), aws.credentials())) {
      first = aws.credentials();
      String url = sqs.createQueue(b -> b.queueName("photos")).join().queueUrl();
      sqs.sendMessage(b -> b.queueUrl(url).messageBody("photo")).join();
      s3.createBucket(b -> b.bucket("argus-input")).join();
      s3.putObject(b -> b.bucket("argus-input").key("k"), AsyncRequestBody.fromString("photo"))
          .join();
    }
    try (LocalAws aws = start();
        var sqs = Clients.sqs(aws.sqsEndpoint());
        var s3 = Clients.s3(aws.s3Endpoint(), aws.credentials())) {
      assertThat(aws.credentials()).isNotEqualTo(first);
      String url = sqs.getQueueUrl(b -> b.queueName("photos")).join().queueUrl();
      assertThat(sqs.receiveMessage(b -> b.queueUrl(url)).join().messages())
          .singleElement()
          .satisfies(m -> assertThat(m.body()).isEqualTo("photo"));
      assertThat(
              s3.getObject(
                      b -> b.bucket("argus-input").key("k"), AsyncResponseTransformer.toBytes())
                  .join()
                  .asUtf8String())
          .isEqualTo("photo");
    }
  }

  @Test
  void aShellCanSourceTheEnvironmentWhileTheRunLasts() throws Exception {
    Path file = data.resolve("aws.env");
    try (LocalAws aws = start()) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
          .isEqualTo("rw-------");
      assertThat(sourced(file)).containsAllEntriesOf(aws.environment());
      assertThat(aws.environment())
          .containsOnlyKeys(
              "AWS_ACCESS_KEY_ID",
              "AWS_SECRET_ACCESS_KEY",
              "AWS_REGION",
              "AWS_DEFAULT_REGION",
              "AWS_ENDPOINT_URL_SQS",
              "AWS_ENDPOINT_URL_S3",
              "AWS_ENDPOINT_URL_EC2")
          .containsEntry("AWS_REGION", "us-east-1");
    }
    assertThat(file).doesNotExist();
  }

  @Test
  void anInstanceGetsTheEnvironmentOfTheRunAndWhatWasAdded() {
    try (LocalAws aws = start();
        var ec2 = Clients.ec2(aws.ec2().endpoint(), aws.credentials())) {
      String id =
          ec2.runInstances(
                  b ->
                      b.imageId("ami-argus")
                          .minCount(1)
                          .maxCount(1)
                          .userData(base64("#!/bin/sh\nenv\necho end\nexec sleep 600\n")))
              .join()
              .instances()
              .get(0)
              .instanceId();
      Path log = data.resolve("instances").resolve(id + ".log");
      await().until(() -> Files.exists(log) && Files.readString(log).contains("\nend\n"));
      assertThat(log)
          .content()
          .contains("ARGUS_HOME=/opt/argus\n")
          .contains("AWS_ENDPOINT_URL_SQS=" + aws.sqsEndpoint() + "\n")
          .contains("AWS_ENDPOINT_URL_EC2=" + aws.ec2().endpoint() + "\n")
          .contains("AWS_SECRET_ACCESS_KEY=" + aws.credentials().secretAccessKey() + "\n");
    }
  }

  @Test
  void aSecondRunOnTheSameDirectoryIsRefusedAndLeavesTheFirstAlone() {
    try (LocalAws aws = start()) {
      assertThatThrownBy(this::start)
          .isInstanceOf(LocalAwsException.class)
          .hasMessageContaining("in use by another run")
          .hasMessageContaining(String.valueOf(ProcessHandle.current().pid()));
      assertThat(data.resolve("aws.env")).exists();
      try (var sqs = Clients.sqs(aws.sqsEndpoint())) {
        sqs.createQueue(b -> b.queueName("photos")).join();
      }
    }
    start().close();
  }

  @Test
  void aSecretIsNotPrinted() {
    Credentials credentials = Credentials.random();
    assertThat(credentials.toString()).doesNotContain(credentials.secretAccessKey());
    assertThat(credentials.secretAccessKey()).hasSize(40);
    assertThat(credentials.accessKeyId()).hasSize(20);
  }

  private LocalAws start() {
    return LocalAws.start(
        data,
        Map.of("PATH", System.getenv("PATH"), "ARGUS_HOME", "/opt/argus"),
        Ec2Options.defaults(),
        Clock.systemUTC());
  }

  private static Map<String, String> sourced(Path file) throws Exception {
    Process shell = new ProcessBuilder("/bin/sh", "-c", ". " + file + " && env").start();
    try (var lines = shell.inputReader()) {
      Map<String, String> variables = new HashMap<>();
      lines
          .lines()
          .forEach(l -> variables.put(l.replaceAll("=.*", ""), l.replaceFirst("[^=]*=", "")));
      assertThat(shell.waitFor(10, TimeUnit.SECONDS)).isTrue();
      return variables;
    }
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes());
  }
}
