package dev.argus.deploy;

import dev.argus.aws.Ec2Fleet;
import dev.argus.config.ArgusSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Map;

/**
 * What one run of {@link Provision} works with.
 *
 * @param template {@code deploy/argus.yaml}
 */
record Deployment(
    ProvisionOptions options,
    Template template,
    Release release,
    ClusterNames names,
    Stack stack,
    ChangeSets changeSets,
    Buckets buckets,
    ReleaseBucket releaseBucket,
    ClusterSecrets secrets) {

  /** Reads the files and checks what was asked for, then asks whose account it is, and says so. */
  static Deployment open(
      ProvisionOptions options,
      Services services,
      ArgusSettings settings,
      Conversation conversation,
      Poll poll)
      throws IOException {
    Template template = new Template(Files.readString(options.template()));
    StackParameters.check(TemplateOutline.of(template.body()), options.parameters());
    Release release = Release.read(options.release());
    if (options.jar().isPresent()) {
      release.requireJar(options.jar().get());
    }
    Account account = Account.ask(services.sts(), services.region());
    ClusterNames names = new ClusterNames(settings.names().prefix(), account);
    conversation.say(account.text());
    Stack stack =
        new Stack(
            services.cloudFormation(),
            names.stack(),
            Map.of(Ec2Fleet.CLUSTER_TAG, names.prefix()),
            poll,
            conversation::say);
    return new Deployment(
        options,
        template,
        release,
        names,
        stack,
        new ChangeSets(services.cloudFormation(), stack, poll),
        new Buckets(services.s3(), names.buckets()),
        new ReleaseBucket(services.s3(), names.releaseBucket()),
        new ClusterSecrets(services.ssm(), names, Ec2Fleet.CLUSTER_TAG));
  }
}
