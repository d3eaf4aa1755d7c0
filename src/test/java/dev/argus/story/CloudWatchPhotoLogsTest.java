package dev.argus.story;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.argus.protocol.PhotoId;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsAsyncClient;
import software.amazon.awssdk.services.cloudwatchlogs.model.CloudWatchLogsException;
import software.amazon.awssdk.services.cloudwatchlogs.model.FilterLogEventsRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.FilterLogEventsResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.FilteredLogEvent;
import software.amazon.awssdk.services.cloudwatchlogs.model.ResourceNotFoundException;

class CloudWatchPhotoLogsTest {
  private static final PhotoId ID = PhotoId.random();
  private static final Instant AT = ID.acceptedAt().plusSeconds(1);

  private final List<FilterLogEventsRequest> requests = new ArrayList<>();

  private PhotoLogs logs(CloudWatch cloudWatch) {
    CloudWatchLogsAsyncClient client =
        new CloudWatchLogsAsyncClient() {
          @Override
          public CompletableFuture<FilterLogEventsResponse> filterLogEvents(
              FilterLogEventsRequest request) {
            requests.add(request);
            return cloudWatch.answer(request);
          }

          @Override
          public String serviceName() {
            return "logs";
          }

          @Override
          public void close() {}
        };
    return new CloudWatchPhotoLogs(client, "team");
  }

  private interface CloudWatch {
    CompletableFuture<FilterLogEventsResponse> answer(FilterLogEventsRequest request);
  }

  private static FilteredLogEvent event(String stream, String message) {
    return FilteredLogEvent.builder()
        .logStreamName(stream)
        .timestamp(AT.toEpochMilli())
        .message(message)
        .build();
  }

  @Test
  void bothGroupsAreSearchedPageByPageFromTheTimeOfTheIdOn() throws IOException {
    PhotoLogs logs =
        logs(
            request -> {
              var response = FilterLogEventsResponse.builder();
              if (request.logGroupName().endsWith("web") && request.nextToken() == null) {
                response.nextToken("more"); // an empty page, as CloudWatch gives them
              } else {
                response.events(event("i-" + request.logGroupName().length(), ID + " is done"));
              }
              return CompletableFuture.completedFuture(response.build());
            });

    assertThat(logs.of(ID))
        .containsExactly(
            new StoryEvent(Optional.of(AT), "i-15", "is done"),
            new StoryEvent(Optional.of(AT), "i-15", "is done"));
    assertThat(requests)
        .extracting(FilterLogEventsRequest::logGroupName)
        .containsExactly("/argus/team/web", "/argus/team/web", "/argus/team/app");
    assertThat(requests.get(0).filterPattern()).isEqualTo('"' + ID.toString() + '"');
    assertThat(Instant.ofEpochMilli(requests.get(0).startTime())).isBefore(ID.acceptedAt());
  }

  @Test
  void aGroupThatIsNotThereIsToldWithWhatItNeeds() {
    PhotoLogs logs =
        logs(
            request ->
                CompletableFuture.failedFuture(
                    ResourceNotFoundException.builder()
                        .awsErrorDetails(
                            AwsErrorDetails.builder()
                                .errorCode("ResourceNotFoundException")
                                .build())
                        .build()));
    assertThatThrownBy(() -> logs.of(ID))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("/argus/team/web")
        .hasMessageContaining("ResourceNotFoundException")
        .hasMessageContaining("logs:FilterLogEvents");
  }

  @Test
  void aFailureWithoutACodeIsToldInItsOwnWords() {
    PhotoLogs logs =
        logs(
            request ->
                CompletableFuture.failedFuture(
                    CloudWatchLogsException.builder()
                        .message("it is too much")
                        .awsErrorDetails(AwsErrorDetails.builder().build())
                        .build()));
    assertThatThrownBy(() -> logs.of(ID))
        .hasMessageContaining("it is too much")
        .hasMessageNotContaining("(null)");
  }
}
