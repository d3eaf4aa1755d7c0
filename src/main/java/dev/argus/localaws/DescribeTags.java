package dev.argus.localaws;

import java.util.Map;

/** Lists the tags of instances; the filters {@code key}, {@code value} and {@code resource-id}. */
final class DescribeTags implements Ec2Action {
  private final Instances instances;

  DescribeTags(Instances instances) {
    this.instances = instances;
  }

  private record Tag(String resource, String key, String value) {}

  @Override
  public void answer(Ec2Parameters parameters, Xml response) {
    parameters.endIfDryRun();
    response.items(
        "tagSet",
        instances.visible().stream()
            .flatMap(
                i ->
                    i.tags().entrySet().stream()
                        .map(t -> new Tag(i.id(), t.getKey(), t.getValue())))
            .filter(tag -> matches(tag, parameters))
            .toList(),
        (x, tag) ->
            x.text("resourceId", tag.resource())
                .text("resourceType", "instance")
                .text("key", tag.key())
                .text("value", tag.value()));
  }

  private static boolean matches(Tag tag, Ec2Parameters parameters) {
    Map<String, String> attributes =
        Map.of(
            "resource-id", tag.resource(),
            "resource-type", "instance",
            "key", tag.key(),
            "value", tag.value());
    return parameters.structures("Filter").stream()
        .allMatch(
            filter -> {
              String name = filter.required("Name");
              String found = attributes.get(name);
              if (found == null) {
                throw Filters.unknown(name);
              }
              return filter.texts("Value").stream()
                  .anyMatch(v -> Filters.pattern(v).matcher(found).matches());
            });
  }
}
