package dev.argus.localaws;

import static dev.argus.localaws.Ec2Fixture.errorOf;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.ec2.model.Instance;
import software.amazon.awssdk.services.ec2.model.LaunchTemplate;
import software.amazon.awssdk.services.ec2.model.LaunchTemplateVersion;
import software.amazon.awssdk.services.ec2.model.RequestLaunchTemplateData;
import software.amazon.awssdk.services.ec2.model.ResourceType;
import software.amazon.awssdk.services.ec2.model.RunInstancesRequest;

/** Launch templates of the embedded EC2, with a client of the AWS SDK. */
class LaunchTemplateTest {
  private static final String HELLO = base64("#!/bin/sh\necho hello\nexec sleep 600\n");

  @TempDir Path data;
  private Ec2Fixture ec2;

  @BeforeEach
  void start() {
    ec2 = new Ec2Fixture(data);
  }

  @AfterEach
  void stop() {
    ec2.close();
  }

  @Test
  void aLaunchTakesFromItsTemplateWhatItDoesNotSayItself() {
    String template = create("app", LaunchTemplateTest::node).launchTemplateId();
    Instance instance =
        run(
            b ->
                b.launchTemplate(t -> t.launchTemplateId(template).version("$Default"))
                    .instanceType("m6i.large")
                    .subnetId("subnet-1")
                    .tagSpecifications(
                        t ->
                            t.resourceType(ResourceType.INSTANCE)
                                .tags(tag -> tag.key("Name").value("app-tier-instance-1"))));
    assertThat(instance.imageId()).isEqualTo("ami-1");
    assertThat(instance.instanceTypeAsString()).isEqualTo("m6i.large");
    assertThat(instance.subnetId()).isEqualTo("subnet-1");
    assertThat(instance.iamInstanceProfile().arn()).endsWith("instance-profile/argus-app");
    assertThat(instance.securityGroups()).extracting(g -> g.groupId()).containsExactly("sg-1");
    assertThat(instance.metadataOptions().httpPutResponseHopLimit()).isEqualTo(1);
    assertThat(instance.tags())
        .extracting(t -> t.key() + "=" + t.value())
        .containsExactlyInAnyOrder("argus:cluster=argus", "Name=app-tier-instance-1");
    ec2.awaitLog(instance.instanceId(), "hello");
  }

  @Test
  void aListOfTheLaunchReplacesThatOfTheTemplate() {
    create("app", LaunchTemplateTest::node);
    Instance instance =
        run(
            b ->
                b.launchTemplate(t -> t.launchTemplateName("app"))
                    .securityGroupIds("sg-8", "sg-9"));
    assertThat(instance.securityGroups())
        .extracting(g -> g.groupId())
        .containsExactly("sg-8", "sg-9");
  }

  @Test
  void aVersionIsChosenByItsNumberOrAsTheDefaultOrTheLatest() {
    String id = create("app", LaunchTemplateTest::node).launchTemplateId();
    LaunchTemplateVersion second =
        ec2.client
            .createLaunchTemplateVersion(
                b ->
                    b.launchTemplateId(id)
                        .sourceVersion("1")
                        .versionDescription("a newer image")
                        .launchTemplateData(d -> d.imageId("ami-2")))
            .join()
            .launchTemplateVersion();
    assertThat(second.versionNumber()).isEqualTo(2);
    assertThat(second.defaultVersion()).isFalse();
    assertThat(second.launchTemplateData().securityGroupIds()).containsExactly("sg-1");

    assertThat(imageOf(id, null)).isEqualTo("ami-1");
    assertThat(imageOf(id, "$Default")).isEqualTo("ami-1");
    assertThat(imageOf(id, "$Latest")).isEqualTo("ami-2");
    assertThat(imageOf(id, "1")).isEqualTo("ami-1");
    assertThat(errorOf(() -> imageOf(id, "3")))
        .isEqualTo("InvalidLaunchTemplateId.VersionNotFound");
  }

  @Test
  void aVersionShowsWhatWasPutIntoIt() {
    create("app", LaunchTemplateTest::node);
    LaunchTemplateVersion version =
        ec2.client
            .describeLaunchTemplateVersions(
                b -> b.launchTemplateName("app").versions("$Latest", "1"))
            .join()
            .launchTemplateVersions()
            .get(0);
    assertThat(version.defaultVersion()).isTrue();
    assertThat(version.versionNumber()).isEqualTo(1);
    var shown = version.launchTemplateData();
    assertThat(shown.imageId()).isEqualTo("ami-1");
    assertThat(shown.instanceTypeAsString()).isEqualTo("c7i.large");
    assertThat(shown.userData()).isEqualTo(HELLO);
    assertThat(shown.iamInstanceProfile().name()).isEqualTo("argus-app");
    assertThat(shown.instanceInitiatedShutdownBehaviorAsString()).isEqualTo("terminate");
    assertThat(shown.metadataOptions().httpTokensAsString()).isEqualTo("required");
    assertThat(shown.blockDeviceMappings())
        .singleElement()
        .satisfies(
            disk -> {
              assertThat(disk.deviceName()).isEqualTo("/dev/xvda");
              assertThat(disk.ebs().encrypted()).isTrue();
              assertThat(disk.ebs().volumeTypeAsString()).isEqualTo("gp3");
            });
    assertThat(shown.tagSpecifications())
        .singleElement()
        .satisfies(tags -> assertThat(tags.tags().get(0).key()).isEqualTo("argus:cluster"));
  }

  @Test
  void templatesAreListedInPagesAndByNameOrTag() {
    for (int i = 1; i <= 5; i++) {
      String name = "template-" + i;
      ec2.client
          .createLaunchTemplate(
              b ->
                  b.launchTemplateName(name)
                      .launchTemplateData(d -> d.imageId("ami-1"))
                      .tagSpecifications(
                          s ->
                              s.resourceType(ResourceType.LAUNCH_TEMPLATE)
                                  .tags(t -> t.key("argus:cluster").value(name))))
          .join();
    }
    List<String> names = new ArrayList<>();
    String token = null;
    do {
      String from = token;
      var page = ec2.client.describeLaunchTemplates(b -> b.maxResults(2).nextToken(from)).join();
      page.launchTemplates().forEach(t -> names.add(t.launchTemplateName()));
      token = page.nextToken();
    } while (token != null);
    assertThat(names)
        .containsExactly("template-1", "template-2", "template-3", "template-4", "template-5");
    assertThat(found("launch-template-name", "template-[12]")).isEmpty();
    assertThat(found("launch-template-name", "*-3")).containsExactly("template-3");
    assertThat(found("tag:argus:cluster", "template-4")).containsExactly("template-4");
    assertThat(errorOf(() -> found("colour", "red"))).isEqualTo("InvalidParameterValue");
  }

  @Test
  void aTemplateThatIsDeletedIsGoneAndItsInstancesStay() {
    String id = create("app", LaunchTemplateTest::node).launchTemplateId();
    String instance =
        run(b -> b.launchTemplate(t -> t.launchTemplateId(id)).instanceType("c7i.large"))
            .instanceId();
    ec2.client.deleteLaunchTemplate(b -> b.launchTemplateName("app")).join();
    assertThat(ec2.describe(instance).instanceId()).isEqualTo(instance);
    assertThat(errorOf(() -> run(b -> b.launchTemplate(t -> t.launchTemplateId(id)))))
        .isEqualTo("InvalidLaunchTemplateId.NotFound");
    create("app", LaunchTemplateTest::node); // the name is free again
  }

  @Test
  void wrongRequestsGetTheCodesOfEc2() {
    create("app", LaunchTemplateTest::node);
    assertThat(errorOf(() -> create("app", LaunchTemplateTest::node)))
        .isEqualTo("InvalidLaunchTemplateName.AlreadyExistsException");
    assertThat(errorOf(() -> create("a b", LaunchTemplateTest::node)))
        .isEqualTo("InvalidLaunchTemplateName.MalformedException");
    assertThat(errorOf(() -> create("empty", d -> {}))).isEqualTo("MissingParameter");
    assertThat(errorOf(() -> delete("lt-0123456789abcdef0")))
        .isEqualTo("InvalidLaunchTemplateId.NotFound");
    assertThat(errorOf(() -> delete("lt-x"))).isEqualTo("InvalidLaunchTemplateId.Malformed");
    assertThat(
            errorOf(
                () -> ec2.client.deleteLaunchTemplate(b -> b.launchTemplateName("other")).join()))
        .isEqualTo("InvalidLaunchTemplateName.NotFoundException");
    assertThat(errorOf(() -> ec2.client.deleteLaunchTemplate(b -> {}).join()))
        .isEqualTo("MissingParameter");
    assertThat(
            errorOf(
                () ->
                    ec2.client
                        .describeLaunchTemplateVersions(
                            b -> b.launchTemplateId("lt-01234567").launchTemplateName("app"))
                        .join()))
        .isEqualTo("InvalidParameterCombination");
  }

  @Test
  void aDryRunDoesNothingAndSaysWhetherItWouldHaveWorked() {
    String id = create("app", LaunchTemplateTest::node).launchTemplateId();
    String instance = ec2.run(Ec2Fixture.STAYS).instanceId();
    assertThat(errorOf(() -> run(b -> b.launchTemplate(t -> t.launchTemplateId(id)).dryRun(true))))
        .isEqualTo("DryRunOperation");
    assertThat(
            errorOf(
                () ->
                    ec2.client
                        .terminateInstances(b -> b.instanceIds(instance).dryRun(true))
                        .join()))
        .isEqualTo("DryRunOperation");
    assertThat(
            errorOf(
                () ->
                    ec2.client
                        .createTags(
                            b ->
                                b.resources(instance).tags(t -> t.key("a").value("b")).dryRun(true))
                        .join()))
        .isEqualTo("DryRunOperation");
    assertThat(errorOf(() -> ec2.client.describeInstances(b -> b.dryRun(true)).join()))
        .isEqualTo("DryRunOperation");
    assertThat(
            errorOf(
                () ->
                    ec2.client
                        .deleteLaunchTemplate(b -> b.launchTemplateId(id).dryRun(true))
                        .join()))
        .isEqualTo("DryRunOperation");
    assertThat(
            errorOf(
                () ->
                    run(
                        b ->
                            b.launchTemplate(t -> t.launchTemplateId("lt-0123456789abcdef0"))
                                .dryRun(true))))
        .isEqualTo("InvalidLaunchTemplateId.NotFound");
    assertThat(ec2.all()).hasSize(1);
    assertThat(ec2.describe(instance).tags()).isEmpty();
    assertThat(imageOf(id, "1")).isEqualTo("ami-1");
  }

  private LaunchTemplate create(String name, Consumer<RequestLaunchTemplateData.Builder> data) {
    return ec2.client
        .createLaunchTemplate(b -> b.launchTemplateName(name).launchTemplateData(data))
        .join()
        .launchTemplate();
  }

  private void delete(String id) {
    ec2.client.deleteLaunchTemplate(b -> b.launchTemplateId(id)).join();
  }

  private Instance run(Consumer<RunInstancesRequest.Builder> what) {
    return ec2.client
        .runInstances(
            b -> {
              b.minCount(1).maxCount(1);
              what.accept(b);
            })
        .join()
        .instances()
        .get(0);
  }

  private String imageOf(String id, String version) {
    return run(b -> b.launchTemplate(t -> t.launchTemplateId(id).version(version))).imageId();
  }

  private List<String> found(String filter, String value) {
    return ec2
        .client
        .describeLaunchTemplates(b -> b.filters(f -> f.name(filter).values(value)))
        .join()
        .launchTemplates()
        .stream()
        .map(LaunchTemplate::launchTemplateName)
        .toList();
  }

  /** What Argus's own template for app nodes has. */
  private static void node(RequestLaunchTemplateData.Builder data) {
    data.imageId("ami-1")
        .instanceType("c7i.large")
        .userData(HELLO)
        .securityGroupIds("sg-1")
        .iamInstanceProfile(p -> p.name("argus-app"))
        .instanceInitiatedShutdownBehavior("terminate")
        .metadataOptions(m -> m.httpTokens("required").httpPutResponseHopLimit(1))
        .blockDeviceMappings(
            d -> d.deviceName("/dev/xvda").ebs(e -> e.encrypted(true).volumeType("gp3")))
        .tagSpecifications(
            s ->
                s.resourceType(ResourceType.INSTANCE)
                    .tags(t -> t.key("argus:cluster").value("argus")));
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }
}
