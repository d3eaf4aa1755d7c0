package dev.argus.ports;

/** Finds queues by name, for return addresses that come with a request. */
public interface MessageQueues {
  /** The queue of that name; it need not exist until it is used. */
  MessageQueue named(String name);
}
