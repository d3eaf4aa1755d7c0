package dev.argus.deploy;

import dev.argus.aws.Ec2Fleet;
import dev.argus.deploy.Doctor.Cluster;
import dev.argus.deploy.Services.Service;
import java.util.Optional;
import software.amazon.awssdk.services.ssm.model.ParameterType;

/** Whether the tokens and the secret of webhooks are there, and encrypted. */
final class SecretCheck {
  private final Cluster cluster;
  private final Findings findings;

  SecretCheck(Cluster cluster, Findings findings) {
    this.cluster = cluster;
    this.findings = findings;
  }

  void run() throws InterruptedException {
    Optional<String> absent = cluster.services().absent(Service.SSM);
    if (absent.isPresent() || cluster.account().isEmpty()) {
      findings.skip("secrets", absent.orElse("it is not known whose account this is"));
      return;
    }
    ClusterSecrets secrets =
        new ClusterSecrets(
            cluster.services().ssm(),
            new ClusterNames(cluster.prefix(), cluster.account().get()),
            Ec2Fleet.CLUSTER_TAG);
    for (String parameter : secrets.parameters()) {
      findings.look(
          "secret " + parameter, () -> judge("secret " + parameter, secrets.typeOf(parameter)));
    }
  }

  private void judge(String check, Optional<ParameterType> type) {
    if (type.isEmpty()) {
      findings.fail(check, "it does not exist", "argus provision makes it");
    } else if (type.get() != ParameterType.SECURE_STRING) {
      findings.fail(
          check,
          "it is a " + type.get() + ", which anybody can read who lists parameters",
          "remove it, and argus provision makes a new one");
    } else {
      findings.ok(check, "it is there, encrypted");
    }
  }
}
