package dev.argus.chaos;

import java.util.List;
import java.util.Map;

/**
 * What is left in the end, apart from S3.
 *
 * @param messages how many each queue still holds, by its name
 * @param running what still runs and should not, in words
 * @param mostNodes app nodes that were up at once, at most
 */
record Remains(Map<String, Integer> messages, List<String> running, int mostNodes) {
  Remains {
    messages = Map.copyOf(messages);
    running = List.copyOf(running);
  }
}
