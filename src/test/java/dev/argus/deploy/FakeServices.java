package dev.argus.deploy;

import dev.argus.aws.AwsEnvironment;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.autoscaling.AutoScalingClient;
import software.amazon.awssdk.services.autoscaling.model.AutoScalingGroup;
import software.amazon.awssdk.services.autoscaling.model.DescribeAutoScalingGroupsRequest;
import software.amazon.awssdk.services.autoscaling.model.DescribeAutoScalingGroupsResponse;
import software.amazon.awssdk.services.autoscaling.model.Instance;
import software.amazon.awssdk.services.autoscaling.model.UpdateAutoScalingGroupRequest;
import software.amazon.awssdk.services.autoscaling.model.UpdateAutoScalingGroupResponse;
import software.amazon.awssdk.services.cloudformation.CloudFormationClient;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.DeleteQueueRequest;
import software.amazon.awssdk.services.sqs.model.DeleteQueueResponse;
import software.amazon.awssdk.services.sqs.model.GetQueueAttributesRequest;
import software.amazon.awssdk.services.sqs.model.GetQueueAttributesResponse;
import software.amazon.awssdk.services.sqs.model.GetQueueUrlRequest;
import software.amazon.awssdk.services.sqs.model.GetQueueUrlResponse;
import software.amazon.awssdk.services.sqs.model.ListQueuesRequest;
import software.amazon.awssdk.services.sqs.model.ListQueuesResponse;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;
import software.amazon.awssdk.services.ssm.SsmClient;
import software.amazon.awssdk.services.ssm.model.DeleteParameterRequest;
import software.amazon.awssdk.services.ssm.model.DeleteParameterResponse;
import software.amazon.awssdk.services.ssm.model.GetParameterRequest;
import software.amazon.awssdk.services.ssm.model.GetParameterResponse;
import software.amazon.awssdk.services.ssm.model.Parameter;
import software.amazon.awssdk.services.ssm.model.ParameterNotFoundException;
import software.amazon.awssdk.services.ssm.model.PutParameterRequest;
import software.amazon.awssdk.services.ssm.model.PutParameterResponse;
import software.amazon.awssdk.services.sts.StsClient;
import software.amazon.awssdk.services.sts.model.GetCallerIdentityRequest;
import software.amazon.awssdk.services.sts.model.GetCallerIdentityResponse;

/** An account with a cluster that a teardown can take apart. */
final class FakeServices extends Services {
  /** What asking who calls fails with; null for nothing. */
  RuntimeException unknownCaller;

  final FakeCloudFormation cloudFormation = new FakeCloudFormation();
  final FakeS3 s3 = new FakeS3();
  final FakeEc2 ec2 = new FakeEc2();
  final FakeSqs sqs = new FakeSqs();
  final FakeSsm ssm = new FakeSsm();
  final FakeAutoScaling autoScaling = new FakeAutoScaling();

  FakeServices() {
    super(
        new AwsEnvironment(
            Region.EU_WEST_1,
            StaticCredentialsProvider.create(AwsBasicCredentials.create("id", "secret")),
            Optional.empty(),
            Optional.empty(),
            Optional.empty()),
        Map.of());
  }

  /** Queues by name; the request queue has counts. */
  static final class FakeSqs implements SqsClient {
    final List<String> queues = new ArrayList<>(List.of("argus-requests", "argus-responses"));
    String visible = "0";
    String inFlight = "0";

    @Override
    public GetQueueUrlResponse getQueueUrl(GetQueueUrlRequest request) {
      return GetQueueUrlResponse.builder().queueUrl("https://sqs/1/" + request.queueName()).build();
    }

    @Override
    public GetQueueAttributesResponse getQueueAttributes(GetQueueAttributesRequest request) {
      return GetQueueAttributesResponse.builder()
          .attributes(
              Map.of(
                  QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES, visible,
                  QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES_NOT_VISIBLE, inFlight))
          .build();
    }

    @Override
    public ListQueuesResponse listQueues(ListQueuesRequest request) {
      return ListQueuesResponse.builder()
          .queueUrls(
              queues.stream()
                  .filter(queue -> queue.startsWith(request.queueNamePrefix()))
                  .map(queue -> "https://sqs/1/" + queue)
                  .toList())
          .build();
    }

    @Override
    public DeleteQueueResponse deleteQueue(DeleteQueueRequest request) {
      queues.remove(request.queueUrl().substring("https://sqs/1/".length()));
      return DeleteQueueResponse.builder().build();
    }

    @Override
    public String serviceName() {
      return SERVICE_NAME;
    }

    @Override
    public void close() {}
  }

  /** Parameters. */
  static final class FakeSsm implements SsmClient {
    final Map<String, PutParameterRequest> parameters = new TreeMap<>();

    @Override
    public GetParameterResponse getParameter(GetParameterRequest request) {
      PutParameterRequest put = parameters.get(request.name());
      if (put == null) {
        throw ParameterNotFoundException.builder().message("none").build();
      }
      return GetParameterResponse.builder()
          .parameter(Parameter.builder().type(put.type()).value(put.value()).build())
          .build();
    }

    @Override
    public PutParameterResponse putParameter(PutParameterRequest request) {
      parameters.put(request.name(), request);
      return PutParameterResponse.builder().build();
    }

    @Override
    public DeleteParameterResponse deleteParameter(DeleteParameterRequest request) {
      if (parameters.remove(request.name()) == null) {
        throw ParameterNotFoundException.builder().message("none").build();
      }
      return DeleteParameterResponse.builder().build();
    }

    @Override
    public String serviceName() {
      return SERVICE_NAME;
    }

    @Override
    public void close() {}
  }

  /** The group of web nodes. */
  static final class FakeAutoScaling implements AutoScalingClient {
    int webNodes = 1;

    /** What happens while web nodes end. */
    Runnable meanwhile = () -> {};

    @Override
    public DescribeAutoScalingGroupsResponse describeAutoScalingGroups(
        DescribeAutoScalingGroupsRequest request) {
      return DescribeAutoScalingGroupsResponse.builder()
          .autoScalingGroups(
              AutoScalingGroup.builder()
                  .desiredCapacity(webNodes)
                  .instances(Collections.nCopies(webNodes, Instance.builder().build()))
                  .build())
          .build();
    }

    @Override
    public UpdateAutoScalingGroupResponse updateAutoScalingGroup(
        UpdateAutoScalingGroupRequest request) {
      webNodes = request.desiredCapacity();
      meanwhile.run();
      return UpdateAutoScalingGroupResponse.builder().build();
    }

    @Override
    public String serviceName() {
      return SERVICE_NAME;
    }

    @Override
    public void close() {}
  }

  @Override
  StsClient sts() {
    return new StsClient() {
      @Override
      public GetCallerIdentityResponse getCallerIdentity(GetCallerIdentityRequest request) {
        if (unknownCaller != null) {
          throw unknownCaller;
        }
        return GetCallerIdentityResponse.builder()
            .account("123456789012")
            .arn("arn:aws:iam::123456789012:user/somebody")
            .build();
      }

      @Override
      public String serviceName() {
        return SERVICE_NAME;
      }

      @Override
      public void close() {}
    };
  }

  @Override
  CloudFormationClient cloudFormation() {
    return cloudFormation;
  }

  @Override
  S3Client s3() {
    return s3;
  }

  @Override
  Ec2Client ec2() {
    return ec2;
  }

  @Override
  SqsClient sqs() {
    return sqs;
  }

  @Override
  SsmClient ssm() {
    return ssm;
  }

  @Override
  AutoScalingClient autoScaling() {
    return autoScaling;
  }
}
