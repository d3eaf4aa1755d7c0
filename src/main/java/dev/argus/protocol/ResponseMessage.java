package dev.argus.protocol;

/** What app nodes send to the response queue. */
public sealed interface ResponseMessage permits Answer, NodeReport {}
