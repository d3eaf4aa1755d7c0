package dev.argus.localaws;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Lists instances by id or filter, in order of launch, in pages.
 *
 * <p>A page token names the last instance shown, so instances that come or go between two pages
 * make none appear twice or be left out.
 */
final class DescribeInstances implements Ec2Action {
  private static final int MIN_PAGE = 5;
  private static final int MAX_PAGE = 1000;

  private final Instances instances;

  DescribeInstances(Instances instances) {
    this.instances = instances;
  }

  @Override
  public void answer(Ec2Parameters parameters, Xml response) {
    List<String> ids = parameters.texts("InstanceId");
    Optional<Integer> pageSize = parameters.number("MaxResults");
    if (pageSize.isPresent() && !ids.isEmpty()) {
      throw new Ec2Exception(
          400,
          "InvalidParameterCombination",
          "The parameter instancesSet cannot be used with the parameter maxResults");
    }
    int limit = pageSize.orElse(MAX_PAGE);
    if (limit < MIN_PAGE || limit > MAX_PAGE) {
      throw Ec2Exception.invalid(
          "Expected MaxResults " + MIN_PAGE + " to " + MAX_PAGE + ", found " + limit);
    }
    long after = PageToken.position(parameters);
    Predicate<Instance> wanted = Filters.of(parameters);
    parameters.endIfDryRun();
    List<Instance> rest =
        (ids.isEmpty() ? instances.visible() : instances.visible(ids))
            .stream().filter(i -> i.sequence() > after).filter(wanted).toList();
    List<Instance> page = rest.subList(0, Math.min(limit, rest.size()));
    response.items(
        "reservationSet",
        byReservation(page),
        (x, group) -> InstanceXml.reservation(x, group.get(0).launch(), group));
    if (rest.size() > page.size()) {
      response.text("nextToken", PageToken.after(page.get(page.size() - 1).sequence()));
    }
  }

  private static Collection<List<Instance>> byReservation(List<Instance> page) {
    Map<String, List<Instance>> groups = new LinkedHashMap<>();
    for (Instance instance : page) {
      groups
          .computeIfAbsent(instance.launch().reservationId(), id -> new ArrayList<>())
          .add(instance);
    }
    return groups.values();
  }
}
