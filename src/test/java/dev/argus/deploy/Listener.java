package dev.argus.deploy;

import java.util.ArrayList;
import java.util.List;

/** Whoever runs a deployment: keeps what was said, and always gives the same answer. */
final class Listener implements Conversation {
  final List<String> said = new ArrayList<>();
  boolean answer = true;

  @Override
  public void say(String line) {
    said.add(line);
  }

  @Override
  public boolean agree(String question) {
    return answer;
  }
}
