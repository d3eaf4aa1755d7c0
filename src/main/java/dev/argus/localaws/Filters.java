package dev.argus.localaws;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The filters of Describe calls: all of them must match, each by any of its values, in which {@code
 * *} stands for any characters, {@code ?} for one, and a backslash takes that meaning away.
 */
final class Filters {
  private static final int MAX_VALUES = 200;

  private Filters() {}

  /** What a Describe call wants to see of the instances. */
  static Predicate<Instance> of(Ec2Parameters parameters) {
    return of(parameters, Filters::attribute);
  }

  /**
   * What a Describe call wants to see.
   *
   * @param attributes the values of a thing's attribute, by the name of its filter
   * @throws Ec2Exception from {@code attributes}, when there is no such filter
   */
  static <T> Predicate<T> of(
      Ec2Parameters parameters, Function<String, Function<T, Stream<String>>> attributes) {
    Predicate<T> all = thing -> true;
    for (Ec2Parameters filter : parameters.structures("Filter")) {
      List<String> values = filter.texts("Value");
      if (values.size() > MAX_VALUES) {
        throw new Ec2Exception(
            400, "FilterLimitExceeded", "A filter has at most " + MAX_VALUES + " values");
      }
      all = all.and(one(attributes.apply(filter.required("Name")), values));
    }
    return all;
  }

  private static <T> Predicate<T> one(Function<T, Stream<String>> attribute, List<String> values) {
    List<Pattern> patterns = values.stream().map(Filters::pattern).toList();
    return thing ->
        attribute
            .apply(thing)
            .anyMatch(found -> patterns.stream().anyMatch(p -> p.matcher(found).matches()));
  }

  private static Function<Instance, Stream<String>> attribute(String name) {
    if (name.startsWith("tag:")) {
      String key = name.substring("tag:".length());
      return i -> Stream.ofNullable(i.tags().get(key));
    }
    return switch (name) {
      case "tag-key" -> i -> i.tags().keySet().stream();
      case "tag-value" -> i -> i.tags().values().stream();
      case "instance-id" -> i -> Stream.of(i.id());
      case "instance-state-name" -> i -> Stream.of(i.state().label());
      case "instance-state-code" -> i -> Stream.of(String.valueOf(i.state().code()));
      case "instance-type" -> i -> Stream.of(i.launch().instanceType());
      case "image-id" -> i -> Stream.of(i.launch().imageId());
      case "client-token" -> i -> i.launch().clientToken().stream();
      case "reservation-id" -> i -> Stream.of(i.launch().reservationId());
      case "subnet-id" -> i -> i.launch().subnetId().stream();
      case "instance-lifecycle" ->
          i -> i.launch().spot() ? Stream.of("spot") : Stream.<String>empty();
      case "private-ip-address" -> i -> Stream.of(InstanceXml.PRIVATE_IP);
      case "availability-zone" -> i -> Stream.of(LocalAccount.ZONE);
      default -> throw unknown(name);
    };
  }

  static Ec2Exception unknown(String name) {
    return Ec2Exception.invalid("The filter '" + name + "' is invalid");
  }

  /** A wildcard text as a regular expression. */
  static Pattern pattern(String wildcards) {
    List<String> parts = new ArrayList<>();
    for (int i = 0; i < wildcards.length(); i++) {
      char c = wildcards.charAt(i);
      if (c == '*') {
        parts.add(".*");
      } else if (c == '?') {
        parts.add(".");
      } else {
        boolean escapes = c == '\\' && i + 1 < wildcards.length();
        parts.add(Pattern.quote(String.valueOf(escapes ? wildcards.charAt(++i) : c)));
      }
    }
    return Pattern.compile(String.join("", parts), Pattern.DOTALL);
  }
}
