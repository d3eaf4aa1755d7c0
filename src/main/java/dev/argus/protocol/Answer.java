package dev.argus.protocol;

/**
 * A reply on its way to the client, with who made it and how long each step took.
 *
 * @param node the instance id of the app node, such as {@code i-0123456789abcdef0}
 */
public record Answer(ClassifyReply reply, String node, StageTimes times)
    implements ResponseMessage {}
