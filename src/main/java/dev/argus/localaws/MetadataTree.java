package dev.argus.localaws;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What an instance can read about itself: values by path, and listings of directories. */
final class MetadataTree {
  private static final Duration CREDENTIALS_LIFETIME = Duration.ofHours(6);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String META_DATA = "/latest/meta-data/";

  private final SortedMap<String, String> values = new TreeMap<>();

  /**
   * @param interruption when a spot instance will be taken away; empty while nothing is known
   */
  MetadataTree(
      Instance instance, Credentials credentials, Optional<Instant> interruption, Instant now) {
    put("ami-id", instance.launch().imageId());
    put("ami-launch-index", String.valueOf(instance.launchIndex()));
    put("instance-id", instance.id());
    put("instance-type", instance.launch().instanceType());
    put("instance-life-cycle", instance.launch().spot() ? "spot" : "on-demand");
    put("local-ipv4", InstanceXml.PRIVATE_IP);
    put("local-hostname", "localhost");
    put("hostname", "localhost");
    put("reservation-id", instance.launch().reservationId());
    put("placement/availability-zone", LocalAccount.ZONE);
    put("placement/region", LocalAccount.REGION);
    instance.tags().forEach((key, value) -> put("tags/instance/" + key, value));
    interruption.ifPresent(this::putInterruption);
    instance.launch().profile().ifPresent(p -> putCredentials(p, credentials, now));
    values.put("/latest/dynamic/instance-identity/document", identity(instance));
  }

  /** The value at a path, or the names in a directory, one a line; empty when there is nothing. */
  Optional<String> at(String path) {
    String value = values.get(path);
    if (value != null) {
      return Optional.of(value);
    }
    String directory = path.endsWith("/") ? path : path + "/";
    String names =
        values.tailMap(directory).keySet().stream()
            .takeWhile(p -> p.startsWith(directory))
            .map(p -> firstName(p.substring(directory.length())))
            .distinct()
            .collect(Collectors.joining("\n"));
    return Optional.of(names).filter(n -> !n.isEmpty());
  }

  private static String firstName(String rest) {
    int slash = rest.indexOf('/');
    return slash < 0 ? rest : rest.substring(0, slash + 1);
  }

  private void put(String path, String value) {
    values.put(META_DATA + path, value);
  }

  private void putInterruption(Instant end) {
    String time = end.truncatedTo(ChronoUnit.SECONDS).toString();
    put("spot/instance-action", json(Map.of("action", "terminate", "time", time)));
    put("spot/termination-time", time);
  }

  private void putCredentials(String profile, Credentials credentials, Instant now) {
    String role = profile.substring(profile.lastIndexOf('/') + 1);
    Instant second = now.truncatedTo(ChronoUnit.SECONDS);
    put(
        "iam/security-credentials/" + role,
        json(
            Map.of(
                "Code", "Success",
                "LastUpdated", second.toString(),
                "Type", "AWS-HMAC",
                "AccessKeyId", credentials.accessKeyId(),
                "SecretAccessKey", credentials.secretAccessKey(),
                "Token", "local",
                "Expiration", second.plus(CREDENTIALS_LIFETIME).toString())));
  }

  private static String identity(Instance instance) {
    return json(
        Map.of(
            "accountId",
            LocalAccount.ID,
            "architecture",
            "x86_64",
            "availabilityZone",
            LocalAccount.ZONE,
            "imageId",
            instance.launch().imageId(),
            "instanceId",
            instance.id(),
            "instanceType",
            instance.launch().instanceType(),
            "pendingTime",
            instance.launchedAt().truncatedTo(ChronoUnit.SECONDS).toString(),
            "privateIp",
            InstanceXml.PRIVATE_IP,
            "region",
            LocalAccount.REGION,
            "version",
            "2017-09-30"));
  }

  private static String json(Map<String, String> fields) {
    return JSON.valueToTree(new TreeMap<>(fields)).toPrettyString();
  }
}
