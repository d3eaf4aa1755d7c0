package dev.argus.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argus.aws.AwsEnvironment;
import dev.argus.config.ArgusSettings;
import dev.argus.deploy.Doctor.Cluster;
import dev.argus.deploy.Finding.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.cloudformation.model.StackResourceSummary;
import software.amazon.awssdk.services.cloudformation.model.StackStatus;
import software.amazon.awssdk.services.iam.IamClient;
import software.amazon.awssdk.services.iam.model.ContextEntry;
import software.amazon.awssdk.services.iam.model.ContextKeyTypeEnum;
import software.amazon.awssdk.services.iam.model.EvaluationResult;
import software.amazon.awssdk.services.iam.model.GetInstanceProfileRequest;
import software.amazon.awssdk.services.iam.model.GetInstanceProfileResponse;
import software.amazon.awssdk.services.iam.model.GetRoleRequest;
import software.amazon.awssdk.services.iam.model.GetRoleResponse;
import software.amazon.awssdk.services.iam.model.IamException;
import software.amazon.awssdk.services.iam.model.SimulatePrincipalPolicyRequest;
import software.amazon.awssdk.services.iam.model.SimulatePrincipalPolicyResponse;

/** What is made of IAM's answers about the roles of nodes. */
class RolePermissionChecksTest {
  private static final String ROLE = "arn:aws:iam::123456789012:role/";

  private final List<Finding> told = new ArrayList<>();
  private final FakeIam iam = new FakeIam();

  /** Allows all but what a test says. */
  private static final class FakeIam implements IamClient {
    final List<SimulatePrincipalPolicyRequest> requests = new ArrayList<>();
    Map<String, String> decisions = Map.of();
    boolean silent;

    @Override
    public GetRoleResponse getRole(GetRoleRequest request) {
      return GetRoleResponse.builder().role(r -> r.arn(ROLE + request.roleName())).build();
    }

    @Override
    public GetInstanceProfileResponse getInstanceProfile(GetInstanceProfileRequest request) {
      return GetInstanceProfileResponse.builder()
          .instanceProfile(p -> p.arn("arn:profile/" + request.instanceProfileName()))
          .build();
    }

    @Override
    public SimulatePrincipalPolicyResponse simulatePrincipalPolicy(
        SimulatePrincipalPolicyRequest request) {
      if (silent) {
        throw IamException.builder()
            .statusCode(403)
            .awsErrorDetails(
                AwsErrorDetails.builder().errorCode("AccessDenied").errorMessage("no").build())
            .build();
      }
      requests.add(request);
      return SimulatePrincipalPolicyResponse.builder()
          .evaluationResults(
              request.actionNames().stream()
                  .map(
                      action ->
                          EvaluationResult.builder()
                              .evalActionName(action)
                              .evalDecision(decisions.getOrDefault(action, "allowed"))
                              .build())
                  .toList())
          .build();
    }

    @Override
    public String serviceName() {
      return SERVICE_NAME;
    }

    @Override
    public void close() {}
  }

  private void run() throws Exception {
    AwsEnvironment environment =
        new AwsEnvironment(
            Region.EU_WEST_1,
            AnonymousCredentialsProvider.create(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());
    try (Services services =
        new Services(environment, Map.of()) {
          @Override
          IamClient iam() {
            return iam;
          }
        }) {
      new RolePermissionChecks(cluster(services), new Findings(told::add)).run();
    }
  }

  private static Cluster cluster(Services services) {
    return new Cluster(
        services,
        ArgusSettings.load(Map.of()),
        Optional.of(new Account("123456789012", "arn:aws:iam::1:user/a", Region.EU_WEST_1)),
        Optional.of(
            new Stack.Description(
                "arn:stack",
                StackStatus.CREATE_COMPLETE,
                Map.of("Subnets", "subnet-1,subnet-2", "AppInstanceTypes", "c7i.large"),
                Map.of("AppLaunchTemplate", "lt-1"))),
        Stream.of("WebRole", "AppRole", "AppProfile", "AppSecurityGroup")
            .map(
                name ->
                    StackResourceSummary.builder()
                        .logicalResourceId(name)
                        .physicalResourceId("argus-" + name)
                        .build())
            .toList());
  }

  private List<Status> of(String action) {
    return told.stream()
        .filter(finding -> finding.check().endsWith(" " + action))
        .map(Finding::status)
        .distinct()
        .toList();
  }

  @Test
  void whatIamAllowsIsOkForBothRoles() throws Exception {
    run();
    assertThat(told).extracting(Finding::status).containsOnly(Status.OK);
    assertThat(told).extracting(Finding::check).contains("permission of the web node s3:GetObject");
    assertThat(iam.requests)
        .extracting(SimulatePrincipalPolicyRequest::policySourceArn)
        .contains(ROLE + "argus-WebRole", ROLE + "argus-AppRole");
  }

  @Test
  void whatIsNotAllowedOrForbiddenFailsWithIamsWordForIt() throws Exception {
    iam.decisions =
        Map.of("sqs:DeleteMessage", "implicitDeny", "ec2:TerminateInstances", "explicitDeny");
    run();
    assertThat(of("sqs:DeleteMessage")).containsExactly(Status.FAIL);
    assertThat(of("ec2:TerminateInstances")).containsExactly(Status.FAIL);
    assertThat(of("sqs:SendMessage")).containsExactly(Status.OK);
    assertThat(told)
        .filteredOn(Finding::failed)
        .extracting(Finding::text)
        .anyMatch(text -> text.startsWith("implicitDeny on arn:aws:sqs:"))
        .anyMatch(text -> text.startsWith("explicitDeny on arn:aws:ec2:"));
  }

  @Test
  void whoMayNotAskIamIsToldOnceWhatThatTakes() throws Exception {
    iam.silent = true;
    run();
    assertThat(told).extracting(Finding::status).containsExactly(Status.SKIP);
    assertThat(told.get(0).text()).contains("AccessDenied", "iam:SimulatePrincipalPolicy");
  }

  @Test
  void whatACallSaysOfItselfHasTheTypeThatItsConditionNeeds() throws Exception {
    run();
    List<ContextEntry> launch =
        iam.requests.stream()
            .filter(request -> request.actionNames().contains("ec2:RunInstances"))
            .flatMap(request -> request.contextEntries().stream())
            .toList();
    assertThat(launch)
        .contains(
            entry("ec2:IsLaunchTemplateResource", ContextKeyTypeEnum.BOOLEAN, "true"),
            entry("ec2:SubnetID", ContextKeyTypeEnum.STRING, "subnet-2"),
            entry(
                "aws:TagKeys",
                ContextKeyTypeEnum.STRING_LIST,
                "Name",
                "argus:cluster",
                "argus:reports-to"));
  }

  private static ContextEntry entry(String key, ContextKeyTypeEnum type, String... values) {
    return ContextEntry.builder()
        .contextKeyName(key)
        .contextKeyType(type)
        .contextKeyValues(values)
        .build();
  }
}
