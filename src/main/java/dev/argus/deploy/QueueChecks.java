package dev.argus.deploy;

import dev.argus.config.NamesSettings;
import dev.argus.config.WorkerSettings;
import dev.argus.deploy.Doctor.Cluster;
import dev.argus.deploy.Services.Service;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;
import software.amazon.awssdk.services.sqs.model.SqsException;

/** Whether the queues are there, and keep and protect what is in them as they should. */
final class QueueChecks {
  /** As long as SQS can; as {@code aws/QueueSetup} and the template have it. */
  private static final Duration RETENTION = Duration.ofDays(14);

  private static final Pattern RECEIVES = Pattern.compile("\"maxReceiveCount\"\\s*:\\s*\"?(\\d+)");
  private static final String AGAIN = "argus provision --update sets it";

  private final Cluster cluster;
  private final Findings findings;
  private final boolean isAws;

  QueueChecks(Cluster cluster, Findings findings) {
    this.cluster = cluster;
    this.findings = findings;
    this.isAws = cluster.services().isAws(Service.SQS);
  }

  void run() throws InterruptedException {
    NamesSettings names = cluster.settings().names();
    List<String> queues = new ArrayList<>(List.of(names.requestQueue(), names.deadLetterQueue()));
    // With several web nodes each makes its own, and the stack has none.
    if (cluster.stack().isEmpty() || cluster.outputs().containsKey("ResponseQueueUrl")) {
      queues.add(names.responseQueue());
    }
    for (String queue : queues) {
      findings.look("queue " + queue, () -> check(queue));
    }
  }

  private void check(String queue) {
    SqsClient sqs = cluster.services().sqs();
    try {
      String url = sqs.getQueueUrl(r -> r.queueName(queue)).queueUrl();
      judge(
          queue,
          sqs.getQueueAttributes(r -> r.queueUrl(url).attributeNames(QueueAttributeName.ALL))
              .attributes());
    } catch (SqsException e) {
      if (!Findings.isNoQueue(e)) {
        throw e;
      }
      findings.fail("queue " + queue, "it does not exist", "argus provision makes it");
    }
  }

  /** What its attributes say. An SQS that is not AWS's may not know all of them. */
  void judge(String queue, Map<QueueAttributeName, String> attributes) {
    NamesSettings names = cluster.settings().names();
    atLeast(queue, attributes, QueueAttributeName.MESSAGE_RETENTION_PERIOD, RETENTION);
    if (queue.equals(names.requestQueue())) {
      WorkerSettings worker = cluster.settings().worker();
      atLeast(queue, attributes, QueueAttributeName.VISIBILITY_TIMEOUT, worker.visibilityTimeout());
      checkRedrive(queue, attributes.get(QueueAttributeName.REDRIVE_POLICY), worker.maxReceives());
    }
    boolean encrypted =
        "true".equals(attributes.get(QueueAttributeName.SQS_MANAGED_SSE_ENABLED))
            || attributes.containsKey(QueueAttributeName.KMS_MASTER_KEY_ID);
    yes("queue " + queue + " encryption", encrypted, "at rest", "it has none at rest", AGAIN);
    String policy = attributes.getOrDefault(QueueAttributeName.POLICY, "");
    yes(
        "queue " + queue + " policy",
        TlsPolicy.refusesPlainHttp(policy),
        "TLS only",
        "it takes calls without TLS",
        AGAIN);
  }

  private void atLeast(
      String queue,
      Map<QueueAttributeName, String> attributes,
      QueueAttributeName name,
      Duration least) {
    String check = "queue " + queue + " " + name.toString();
    String value = attributes.get(name);
    if (value == null) {
      findings.skip(check, "this SQS does not say");
      return;
    }
    yes(
        check,
        Long.parseLong(value) >= least.toSeconds(),
        value + " s",
        "%s s, expected at least %d s".formatted(value, least.toSeconds()),
        AGAIN,
        true);
  }

  private void checkRedrive(String queue, String policy, int maxReceives) {
    String check = "queue " + queue + " redrive";
    Matcher receives = RECEIVES.matcher(policy == null ? "" : policy);
    String target = cluster.settings().names().deadLetterQueue();
    if (!receives.find() || !policy.contains(":" + target + "\"")) {
      findings.fail(check, "it does not lead to " + target, AGAIN);
      return;
    }
    yes(
        check,
        Long.parseLong(receives.group(1)) > maxReceives,
        "to " + target + " after " + receives.group(1) + " receives",
        "SQS gives a photo up after %s receives, before app nodes do (argus.worker.max-receives, %d)"
            .formatted(receives.group(1), maxReceives),
        AGAIN,
        true);
  }

  /** What is missing is only to be expected of AWS itself. */
  private void yes(String check, boolean is, String text, String otherwise, String remedy) {
    yes(check, is, text, otherwise, remedy, isAws);
  }

  private void yes(
      String check, boolean is, String text, String otherwise, String remedy, boolean expected) {
    if (is) {
      findings.ok(check, text);
    } else if (expected) {
      findings.fail(check, otherwise, remedy);
    } else {
      findings.skip(check, otherwise + ", and this SQS is not AWS's");
    }
  }
}
