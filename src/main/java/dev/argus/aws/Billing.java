package dev.argus.aws;

import dev.argus.ports.BilledRequests;
import dev.argus.protocol.BilledRequest;
import dev.argus.protocol.WireMessage;
import java.util.Map;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.services.s3.model.DeleteObjectRequest;
import software.amazon.awssdk.services.s3.model.DeleteObjectsRequest;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.HeadBucketRequest;
import software.amazon.awssdk.services.s3.model.HeadObjectRequest;
import software.amazon.awssdk.services.s3.model.S3Request;
import software.amazon.awssdk.services.sqs.model.ChangeMessageVisibilityBatchRequest;
import software.amazon.awssdk.services.sqs.model.ChangeMessageVisibilityRequest;
import software.amazon.awssdk.services.sqs.model.DeleteMessageBatchRequest;
import software.amazon.awssdk.services.sqs.model.DeleteMessageRequest;
import software.amazon.awssdk.services.sqs.model.GetQueueAttributesRequest;
import software.amazon.awssdk.services.sqs.model.MessageAttributeValue;
import software.amazon.awssdk.services.sqs.model.ReceiveMessageRequest;
import software.amazon.awssdk.services.sqs.model.ReceiveMessageResponse;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchRequest;
import software.amazon.awssdk.services.sqs.model.SendMessageRequest;
import software.amazon.awssdk.services.sqs.model.SqsRequest;

/**
 * Counts what the SDK's calls to SQS and S3 cost: every attempt that was answered, for it reached
 * AWS whatever the answer was.
 *
 * <p>SQS bills each 64 KB of payload as a request (https://aws.amazon.com/sqs/pricing/): of all
 * messages of a batch together, sent or received.
 */
public final class Billing implements ExecutionInterceptor {
  private static final int CHUNK = 64 * 1024;

  private final BilledRequests requests;

  public Billing(BilledRequests requests) {
    this.requests = requests;
  }

  @Override
  public void afterTransmission(Context.AfterTransmission context, ExecutionAttributes attributes) {
    SdkRequest request = context.request();
    if (request instanceof SqsRequest) {
      requests.add(action(request), chunks(sent(request)));
    } else if (request instanceof S3Request && !isFree(request)) {
      requests.add(isRead(request) ? BilledRequest.S3_GET : BilledRequest.S3_PUT, 1);
    }
  }

  /** What was received is known only now; its first 64 KB have been counted. */
  @Override
  public void afterExecution(Context.AfterExecution context, ExecutionAttributes attributes) {
    if (context.response() instanceof ReceiveMessageResponse response) {
      long more = chunks(received(response)) - 1;
      if (more > 0) {
        requests.add(BilledRequest.SQS_RECEIVE, more);
      }
    }
  }

  private static long chunks(long bytes) {
    return Math.max(1, (bytes + CHUNK - 1) / CHUNK);
  }

  private static BilledRequest action(SdkRequest request) {
    if (request instanceof SendMessageBatchRequest || request instanceof SendMessageRequest) {
      return BilledRequest.SQS_SEND;
    }
    if (request instanceof ReceiveMessageRequest) {
      return BilledRequest.SQS_RECEIVE;
    }
    if (request instanceof DeleteMessageBatchRequest || request instanceof DeleteMessageRequest) {
      return BilledRequest.SQS_DELETE;
    }
    if (request instanceof ChangeMessageVisibilityBatchRequest
        || request instanceof ChangeMessageVisibilityRequest) {
      return BilledRequest.SQS_LEASE;
    }
    return request instanceof GetQueueAttributesRequest
        ? BilledRequest.SQS_COUNT
        : BilledRequest.SQS_OTHER;
  }

  private static long sent(SdkRequest request) {
    if (request instanceof SendMessageBatchRequest batch) {
      return batch.entries().stream()
          .mapToLong(entry -> size(entry.messageBody(), entry.messageAttributes()))
          .sum();
    }
    return request instanceof SendMessageRequest one
        ? size(one.messageBody(), one.messageAttributes())
        : 0;
  }

  private static long received(ReceiveMessageResponse response) {
    return response.messages().stream()
        .mapToLong(message -> size(message.body(), message.messageAttributes()))
        .sum();
  }

  private static long size(String body, Map<String, MessageAttributeValue> attributes) {
    return MessageSize.of(new WireMessage(body, SqsAttributes.fromSqs(attributes)));
  }

  private static boolean isFree(SdkRequest request) {
    return request instanceof DeleteObjectRequest || request instanceof DeleteObjectsRequest;
  }

  private static boolean isRead(SdkRequest request) {
    return request instanceof GetObjectRequest
        || request instanceof HeadObjectRequest
        || request instanceof HeadBucketRequest;
  }
}
