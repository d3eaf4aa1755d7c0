package dev.argus.stack;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What AWS knows of a call beside its action and resource: condition keys, in any case of letters.
 */
final class Context {
  private static final Pattern VARIABLE = Pattern.compile("\\$\\{([^}]+)}");

  private final Map<String, List<String>> values = new TreeMap<>();

  static Context of(Map<String, List<String>> values) {
    return new Context().with(values);
  }

  /** These values in place of those of the same keys; an empty list takes a key away. */
  Context with(Map<String, List<String>> more) {
    Context context = new Context();
    context.values.putAll(values);
    more.forEach(
        (key, list) -> {
          if (list.isEmpty()) {
            context.values.remove(key.toLowerCase(Locale.ROOT));
          } else {
            context.values.put(key.toLowerCase(Locale.ROOT), List.copyOf(list));
          }
        });
    return context;
  }

  /** Empty if the call does not have the key. */
  Optional<List<String>> get(String key) {
    return Optional.ofNullable(values.get(key.toLowerCase(Locale.ROOT)));
  }

  /** The text with its policy variables replaced; empty if the call does not have one of them. */
  Optional<String> substitute(String text) {
    StringBuilder result = new StringBuilder();
    Matcher variable = VARIABLE.matcher(text);
    while (variable.find()) {
      Optional<List<String>> value = get(variable.group(1)).filter(list -> list.size() == 1);
      if (value.isEmpty()) {
        return Optional.empty();
      }
      variable.appendReplacement(result, Matcher.quoteReplacement(value.get().get(0)));
    }
    return Optional.of(variable.appendTail(result).toString());
  }

  @Override
  public String toString() {
    return values.toString();
  }
}
