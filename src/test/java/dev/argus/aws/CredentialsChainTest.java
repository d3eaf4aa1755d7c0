package dev.argus.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProviderChain;
import software.amazon.awssdk.auth.credentials.ProfileCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.profiles.ProfileFile;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.utils.StringInputStream;

class CredentialsChainTest {
  /** The SDK's own chain with a place where there are none. */
  private static AwsCredentialsProvider empty() {
    ProfileFile nothing =
        ProfileFile.builder()
            .content(new StringInputStream(""))
            .type(ProfileFile.Type.CREDENTIALS)
            .build();
    return new CredentialsChain(
        AwsCredentialsProviderChain.of(
            ProfileCredentialsProvider.builder().profileFile(nothing).build()));
  }

  @Test
  void noCredentialsAreOneSentenceThatSaysWhatToDo() {
    assertThatThrownBy(() -> empty().resolveCredentials())
        .isInstanceOf(MissingCredentialsException.class)
        .hasMessageContaining("AWS_PROFILE")
        .hasMessageContaining("aws sso login")
        .hasMessageNotContaining("providers in the chain");
  }

  @Test
  void clientsOfTheSdkFailWithIt() {
    try (SqsClient client =
        SqsClient.builder().region(Region.EU_WEST_1).credentialsProvider(empty()).build()) {
      assertThatThrownBy(client::listQueues).isInstanceOf(MissingCredentialsException.class);
    }
    try (SqsAsyncClient client =
        SqsAsyncClient.builder().region(Region.EU_WEST_1).credentialsProvider(empty()).build()) {
      assertThatThrownBy(() -> client.listQueues().join())
          .isInstanceOf(CompletionException.class)
          .hasCauseInstanceOf(MissingCredentialsException.class);
    }
  }

  @Test
  void credentialsAndOtherFailuresPass() {
    AwsBasicCredentials known = AwsBasicCredentials.create("id", "secret");
    assertThat(new CredentialsChain(() -> known).resolveCredentials()).isEqualTo(known);
    SdkClientException other = SdkClientException.create("the clock is wrong");
    assertThatThrownBy(
            () ->
                new CredentialsChain(
                        () -> {
                          throw other;
                        })
                    .resolveCredentials())
        .isSameAs(other);
  }
}
