package dev.argus.aws;

import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkClientException;

/**
 * The SDK's chain of places where credentials may be, which says in one sentence that there are
 * none: the SDK says it in a page of text, one paragraph for each place where it looked.
 */
record CredentialsChain(AwsCredentialsProvider chain) implements AwsCredentialsProvider {
  /** How the chain's own message begins. */
  private static final String NONE = "Unable to load credentials";

  @Override
  public AwsCredentials resolveCredentials() {
    try {
      return chain.resolveCredentials();
    } catch (SdkClientException e) {
      if (e.getMessage() != null && e.getMessage().startsWith(NONE)) {
        throw new MissingCredentialsException(e);
      }
      throw e;
    }
  }
}
