package dev.argus.signals;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One metric as a scrape shows it.
 *
 * @param labels the values that each label has, without those that come from the type
 */
record Family(String name, String type, Map<String, Set<String>> labels) {
  private static final Pattern TYPE = Pattern.compile("# TYPE (argus_\\S+) (\\S+)");
  private static final Pattern SAMPLE = Pattern.compile("(argus_[a-z0-9_]+)(?:\\{(.*)})? \\S+");
  private static final Pattern LABEL = Pattern.compile("([a-z_]+)=\"([^\"]*)\"");
  private static final String MAX = "_max";

  /** The metrics of Argus in a scrape by name; largest values belong to their histogram. */
  static Map<String, Family> read(String scrape) {
    Map<String, Family> families = new TreeMap<>();
    scrape
        .lines()
        .map(TYPE::matcher)
        .filter(Matcher::matches)
        .forEach(
            type ->
                families.put(
                    type.group(1), new Family(type.group(1), type.group(2), new HashMap<>())));
    scrape.lines().map(SAMPLE::matcher).filter(Matcher::matches).forEach(s -> add(families, s));
    families
        .keySet()
        .removeIf(
            name ->
                name.endsWith(MAX)
                    && families.containsKey(name.substring(0, name.length() - MAX.length())));
    return families;
  }

  private static void add(Map<String, Family> families, Matcher sample) {
    Family family = named(families, sample.group(1));
    if (family == null || sample.group(2) == null) {
      return;
    }
    Matcher label = LABEL.matcher(sample.group(2));
    while (label.find()) {
      if (!label.group(1).equals("le")) {
        family.labels.computeIfAbsent(label.group(1), l -> new TreeSet<>()).add(label.group(2));
      }
    }
  }

  /** The metric that has samples of this name, or null. */
  static Family named(Map<String, Family> families, String sample) {
    Family family = families.get(sample);
    if (family != null) {
      return family;
    }
    Family base = families.get(sample.replaceFirst("_(bucket|sum|count|max)$", ""));
    boolean fits =
        base != null
            && (base.type.equals("histogram")
                || base.type.equals("summary") && !sample.endsWith("_bucket"));
    return fits ? base : null;
  }
}
