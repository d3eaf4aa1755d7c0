package dev.argus.aws;

import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.services.sqs.model.DeleteMessageBatchRequest;
import software.amazon.awssdk.services.sqs.model.ReceiveMessageResponse;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchRequest;

/**
 * Measures how many messages this process's calls to SQS carry, {@code argus.sqs.call.messages} by
 * action: a call for one costs as much as for ten, the most that SQS allows. Receives that come
 * back empty count.
 */
public final class MessagesPerCall implements ExecutionInterceptor {
  private final DistributionSummary sends;
  private final DistributionSummary receives;
  private final DistributionSummary deletes;

  public MessagesPerCall(MeterRegistry registry) {
    sends = summary(registry, "send");
    receives = summary(registry, "receive");
    deletes = summary(registry, "delete");
  }

  private static DistributionSummary summary(MeterRegistry registry, String action) {
    return DistributionSummary.builder("argus.sqs.call.messages")
        .description("Messages that one call to SQS carries")
        .tag("action", action)
        .serviceLevelObjectives(1, 2, 5, 10)
        .register(registry);
  }

  @Override
  public void afterExecution(Context.AfterExecution context, ExecutionAttributes attributes) {
    SdkRequest request = context.request();
    if (request instanceof SendMessageBatchRequest batch) {
      sends.record(batch.entries().size());
    } else if (request instanceof DeleteMessageBatchRequest batch) {
      deletes.record(batch.entries().size());
    } else if (context.response() instanceof ReceiveMessageResponse response) {
      receives.record(response.messages().size());
    }
  }
}
