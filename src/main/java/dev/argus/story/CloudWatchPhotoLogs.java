package dev.argus.story;

import dev.argus.protocol.PhotoId;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsAsyncClient;
import software.amazon.awssdk.services.cloudwatchlogs.model.FilterLogEventsRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.FilterLogEventsResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.FilteredLogEvent;

/**
 * The logs of web and app nodes on AWS: the groups {@code /argus/<prefix>/web} and {@code app}, a
 * stream for each instance. It needs {@code logs:FilterLogEvents} on both.
 */
public final class CloudWatchPhotoLogs implements PhotoLogs {
  // CloudWatch searches a part of the streams for each page, and may give many empty ones.
  private static final int MAX_PAGES = 200;
  // The clocks of two machines.
  private static final Duration SLACK = Duration.ofMinutes(1);

  private final CloudWatchLogsAsyncClient client;
  private final List<String> groups;

  /**
   * @param prefix of all names of the cluster
   */
  public CloudWatchPhotoLogs(CloudWatchLogsAsyncClient client, String prefix) {
    this.client = client;
    this.groups = List.of("/argus/" + prefix + "/web", "/argus/" + prefix + "/app");
  }

  @Override
  public List<StoryEvent> of(PhotoId id) throws IOException {
    List<StoryEvent> found = new ArrayList<>();
    for (String group : groups) {
      search(group, id, found);
    }
    return found;
  }

  private void search(String group, PhotoId id, List<StoryEvent> found) throws IOException {
    FilterLogEventsRequest request =
        FilterLogEventsRequest.builder()
            .logGroupName(group)
            .filterPattern('"' + id.toString() + '"')
            .startTime(id.acceptedAt().minus(SLACK).toEpochMilli())
            .build();
    for (int page = 0; page < MAX_PAGES && found.size() < MAX_LINES; page++) {
      FilterLogEventsResponse response = call(group, request);
      response.events().forEach(event -> read(event, id).ifPresent(found::add));
      if (response.nextToken() == null) {
        return;
      }
      request = request.toBuilder().nextToken(response.nextToken()).build();
    }
  }

  private static Optional<StoryEvent> read(FilteredLogEvent event, PhotoId id) {
    return LogLine.read(
        event.message(),
        id,
        event.logStreamName(),
        Optional.ofNullable(event.timestamp()).map(Instant::ofEpochMilli));
  }

  private FilterLogEventsResponse call(String group, FilterLogEventsRequest request)
      throws IOException {
    try {
      return client.filterLogEvents(request).join();
    } catch (CompletionException e) {
      Throwable cause = e.getCause();
      String why =
          cause instanceof AwsServiceException service
                  && service.awsErrorDetails() != null
                  && service.awsErrorDetails().errorCode() != null
              ? service.awsErrorDetails().errorCode()
              : cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
      throw new IOException(
          "the log group "
              + group
              + " cannot be searched ("
              + why
              + "): it needs logs:FilterLogEvents, and a cluster that ships its logs",
          cause);
    }
  }
}
