package dev.argus.cli;

import dev.argus.config.InvalidSettingException;
import dev.argus.deploy.Conversation;
import java.io.Console;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.function.Supplier;

/**
 * Talks with whoever sits at the terminal. What is said goes where errors go, so that the output
 * has results only.
 */
final class Terminal implements Conversation {
  private final PrintWriter out;
  private final boolean yes;
  private final Supplier<Console> console;

  /**
   * @param yes whether every answer was given beforehand
   */
  Terminal(PrintWriter out, boolean yes) {
    this(out, yes, System::console);
  }

  Terminal(PrintWriter out, boolean yes, Supplier<Console> console) {
    this.out = out;
    this.yes = yes;
    this.console = console;
  }

  /** Whether somebody watches: neither input nor output is a file or a pipe. */
  static boolean isAttached() {
    Console console = System.console();
    try {
      // From Java 22 on there is always one, which knows what it is.
      return console != null && (boolean) Console.class.getMethod("isTerminal").invoke(console);
    } catch (ReflectiveOperationException e) {
      return true;
    }
  }

  @Override
  public void say(String line) {
    line.lines().map(Printable::text).forEach(out::println);
    out.flush();
  }

  @Override
  public boolean agree(String question) {
    if (yes) {
      return true;
    }
    Console asked = console.get();
    String answer = asked == null ? null : asked.readLine("%s [y/N] ", question);
    if (answer == null) {
      throw new InvalidSettingException(
          "there is no terminal to ask at: \"" + question + "\"; say --yes to agree beforehand");
    }
    return answer.strip().toLowerCase(Locale.ROOT).matches("y|yes");
  }
}
