package dev.argus.deploy;

import dev.argus.deploy.Finding.Status;
import dev.argus.ports.Completions;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.sqs.model.QueueDoesNotExistException;
import software.amazon.awssdk.services.sqs.model.SqsException;

/** Collects findings, and tells each as it comes. A look that throws is a finding too. */
final class Findings {
  private static final String LOOK_AGAIN = "mend what the reason names, and run argus doctor again";

  private final Consumer<Finding> tell;
  private final List<Finding> all = new ArrayList<>();

  Findings(Consumer<Finding> tell) {
    this.tell = tell;
  }

  /** A check. */
  @FunctionalInterface
  interface Look {
    void run() throws Exception;
  }

  void ok(String check, String text) {
    add(new Finding(Status.OK, check, text, ""));
  }

  void fail(String check, String text, String remedy) {
    add(new Finding(Status.FAIL, check, text, remedy));
  }

  void skip(String check, String why) {
    add(new Finding(Status.SKIP, check, why, ""));
  }

  private void add(Finding finding) {
    all.add(finding);
    tell.accept(finding);
  }

  List<Finding> all() {
    return List.copyOf(all);
  }

  /**
   * Looks. Who may not look has found nothing out: least privilege keeps nodes from reading
   * configurations.
   */
  void look(String check, Look look) throws InterruptedException {
    try {
      look.run();
    } catch (InterruptedException e) {
      throw e;
    } catch (Exception e) {
      Throwable cause = Completions.cause(e);
      if (isDenied(cause)) {
        skip(check, "these credentials may not look (" + code(cause) + ")");
      } else {
        fail(check, reason(cause), LOOK_AGAIN);
      }
    }
  }

  /** Whether AWS has refused a call since the caller may not make it. */
  static boolean isDenied(Throwable failure) {
    String code = code(failure).toLowerCase(Locale.ROOT);
    return code.contains("accessdenied") || code.contains("unauthorizedoperation");
  }

  /** AWS's code of a failure; empty if it is none of AWS. */
  static String code(Throwable failure) {
    return failure instanceof AwsServiceException e
            && e.awsErrorDetails() != null
            && e.awsErrorDetails().errorCode() != null
        ? e.awsErrorDetails().errorCode()
        : "";
  }

  /** A failure in words, without the ids of requests. */
  static String reason(Throwable failure) {
    if (failure instanceof AwsServiceException e && !code(e).isEmpty()) {
      return code(e) + ": " + e.awsErrorDetails().errorMessage();
    }
    return failure.getMessage() == null ? failure.toString() : failure.getMessage();
  }

  /** Whether SQS says that there is no such queue: not every SQS has a type of its own for that. */
  static boolean isNoQueue(SqsException e) {
    return e instanceof QueueDoesNotExistException
        || code(e).endsWith("NonExistentQueue")
        || code(e).equals("QueueDoesNotExist");
  }
}
