package dev.argus.deploy;

/** Whoever runs a deployment: is told how it goes, and asked before it costs or destroys. */
public interface Conversation {
  /** One line on how it goes. */
  void say(String line);

  /**
   * Whether the answer to a question is yes.
   *
   * @throws dev.argus.config.InvalidSettingException if there is nobody to answer, and yes was not
   *     said beforehand
   */
  boolean agree(String question);
}
