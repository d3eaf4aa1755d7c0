package dev.argus.aws;

import dev.argus.ports.Completions;
import dev.argus.ports.QueueMissingException;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;

/** What a failed call means. */
final class Failures {
  private static final Set<String> THROTTLING =
      Set.of("RequestThrottled", "ThrottlingException", "Throttling", "RequestLimitExceeded");

  /** What is wrong with the caller's credentials or clock: whatever it asks fails alike. */
  private static final Set<String> CREDENTIALS =
      Set.of(
          "ExpiredToken",
          "ExpiredTokenException",
          "IncompleteSignature",
          "InvalidAccessKeyId",
          "InvalidClientTokenId",
          "InvalidSecurity",
          "InvalidSignatureException",
          "MissingAuthenticationToken",
          "NotAuthorized",
          "OptInRequired",
          "RequestExpired",
          "RequestTimeTooSkewed",
          "SignatureDoesNotMatch",
          "UnrecognizedClientException");

  private Failures() {}

  /** Whether the same call may succeed later: everything but a service's "you are wrong". */
  static boolean isTransient(Throwable failure) {
    Throwable cause = Completions.cause(failure);
    if (cause instanceof AwsServiceException service) {
      return service.statusCode() >= 500
          || service.isThrottlingException()
          || THROTTLING.contains(code(service));
    }
    // After a call's own timeout its budget is spent, and a missing queue does not come by itself.
    return !(cause instanceof ApiCallTimeoutException || cause instanceof QueueMissingException);
  }

  /**
   * Whether a service refuses just this, so that other calls of this caller may well succeed. What
   * names no error code is not the service's word but that of something in between.
   */
  static boolean isRefusal(AwsServiceException failure) {
    return !code(failure).isEmpty()
        && failure.statusCode() >= 400
        && failure.statusCode() < 500
        && !isTransient(failure)
        && !CREDENTIALS.contains(code(failure));
  }

  /** The service's error code; empty if it gave none. */
  static String code(AwsServiceException failure) {
    String code = failure.awsErrorDetails() == null ? null : failure.awsErrorDetails().errorCode();
    return code == null ? "" : code;
  }

  /** The same stage, failing with the failure itself: what callers of a port look at. */
  static <T> CompletionStage<T> plain(CompletionStage<T> stage) {
    CompletableFuture<T> plain = new CompletableFuture<>();
    stage.whenComplete(
        (value, failure) -> {
          if (failure == null) {
            plain.complete(value);
          } else {
            plain.completeExceptionally(Completions.cause(failure));
          }
        });
    return plain;
  }
}
