package dev.argus.aws;

import software.amazon.awssdk.core.exception.SdkClientException;

/** Nothing says as whom AWS is to be called; the message says what to do. */
public final class MissingCredentialsException extends SdkClientException {
  private static final long serialVersionUID = 1;

  /** What is to be done, in words for an operator. */
  public static final String REMEDY =
      "name a profile with AWS_PROFILE and log in with aws sso login, or set AWS_ACCESS_KEY_ID and"
          + " AWS_SECRET_ACCESS_KEY";

  /**
   * @param cause what the SDK says
   */
  public MissingCredentialsException(SdkClientException cause) {
    super(
        SdkClientException.builder()
            .message("there are no AWS credentials, or they have expired: " + REMEDY)
            .cause(cause));
  }
}
