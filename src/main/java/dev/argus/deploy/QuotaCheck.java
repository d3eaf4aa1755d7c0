package dev.argus.deploy;

import dev.argus.deploy.Doctor.Cluster;
import dev.argus.deploy.Services.Service;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import software.amazon.awssdk.services.ec2.model.InstanceTypeInfo;
import software.amazon.awssdk.services.servicequotas.model.NoSuchResourceException;

/** Whether the account may run as many vCPUs as the cluster may want. */
final class QuotaCheck {
  /** Running On-Demand Standard (A, C, D, H, I, M, R, T, Z) instances, in vCPUs. */
  private static final String ON_DEMAND = "L-1216C47A";

  /** All Standard (A, C, D, H, I, M, R, T, Z) Spot Instance Requests, in vCPUs. */
  private static final String SPOT = "L-34B43A08";

  /**
   * The families for which these two count; im4gn and is4gen are of I. All others have their own.
   */
  private static final Set<String> STANDARD =
      Set.of("a", "c", "d", "h", "i", "im", "is", "m", "r", "t", "z");

  private static final Pattern FAMILY = Pattern.compile("[a-z]+(?=\\d)");

  private final Cluster cluster;
  private final Findings findings;

  QuotaCheck(Cluster cluster, Findings findings) {
    this.cluster = cluster;
    this.findings = findings;
  }

  void run() throws InterruptedException {
    Optional<String> absent = cluster.services().absent(Service.SERVICE_QUOTAS);
    if (absent.isPresent() || cluster.stack().isEmpty()) {
      findings.skip("quota", absent.orElse("without a stack it is not known what is needed"));
      return;
    }
    findings.look("quota", () -> check(cluster.stack().get().parameters()));
  }

  private void check(Map<String, String> parameters) throws InterruptedException {
    List<String> types = StackParameters.words(parameters.getOrDefault("AppInstanceTypes", ""));
    String webType = parameters.getOrDefault("WebInstanceType", "");
    List<String> others =
        Stream.concat(Stream.of(webType), types.stream()).filter(t -> !isStandard(t)).toList();
    if (!others.isEmpty()) {
      findings.skip("quota", "these types have quotas of their own, see Service Quotas: " + others);
      return;
    }
    int max = Integer.parseInt(parameters.getOrDefault("MaxWorkers", "0"));
    int web = Integer.parseInt(parameters.getOrDefault("WebNodes", "1")) * vcpus(List.of(webType));
    int app = max * vcpus(types);
    String purchase = parameters.getOrDefault("Purchase", "on-demand");
    judge("on-demand", ON_DEMAND, purchase.equals("spot") ? web : web + app);
    if (!purchase.equals("on-demand")) {
      judge("spot", SPOT, app);
    }
  }

  /** Whether a type, such as m7i-flex.large, is of a standard family: its letters up to a digit. */
  static boolean isStandard(String type) {
    Matcher family = FAMILY.matcher(type);
    return family.lookingAt() && STANDARD.contains(family.group());
  }

  /** Of the largest of the types. */
  private int vcpus(List<String> types) {
    return cluster
        .services()
        .ec2()
        .describeInstanceTypes(r -> r.instanceTypesWithStrings(types))
        .instanceTypes()
        .stream()
        .map(InstanceTypeInfo::vCpuInfo)
        .mapToInt(info -> info.defaultVCpus())
        .max()
        .orElse(1);
  }

  private void judge(String name, String code, int needed) throws InterruptedException {
    String check = "quota of vCPUs " + name;
    findings.look(
        check,
        () -> {
          try {
            double quota =
                cluster
                    .services()
                    .quotas()
                    .getServiceQuota(r -> r.serviceCode("ec2").quotaCode(code))
                    .quota()
                    .value();
            judge(check, code, needed, quota);
          } catch (NoSuchResourceException e) {
            findings.skip(check, "there is no quota " + code + " here");
          }
        });
  }

  /** What else runs in the account is not known here: it needs its part of the quota too. */
  void judge(String check, String code, int needed, double quota) {
    if (quota >= needed) {
      findings.ok(check, "%d needed of %.0f".formatted(needed, quota));
    } else {
      findings.fail(
          check,
          "%d needed, %.0f allowed".formatted(needed, quota),
          "aws service-quotas request-service-quota-increase --service-code ec2 --quota-code %s"
                  .formatted(code)
              + " --desired-value "
              + needed
              + ", or fewer nodes with argus provision --update --max-workers");
    }
  }
}
