/**
 * The AWS implementations of {@link dev.argus.ports}: SQS, S3, EC2 and instance metadata.
 *
 * <p>{@link dev.argus.aws.SqsSource}, {@link dev.argus.aws.SqsPublishFlow} and {@link
 * dev.argus.aws.SqsAckFlow} are shaped after the SQS part of Pekko Connectors (settings, batches,
 * results and acknowledgements as values), which is not published for the Scala version that Argus
 * uses. S3 goes through Pekko Connectors, EC2 and metadata through the SDK.
 */
package dev.argus.aws;
