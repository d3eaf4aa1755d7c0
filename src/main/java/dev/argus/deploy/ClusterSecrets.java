package dev.argus.deploy;

import dev.argus.config.Secret;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import software.amazon.awssdk.services.ssm.SsmClient;
import software.amazon.awssdk.services.ssm.model.ParameterAlreadyExistsException;
import software.amazon.awssdk.services.ssm.model.ParameterNotFoundException;
import software.amazon.awssdk.services.ssm.model.ParameterType;
import software.amazon.awssdk.services.ssm.model.Tag;

/**
 * The tokens of users and operators, and the secret that webhooks are signed with, as secure
 * strings in Parameter Store: CloudFormation cannot make those, and what it is told shows in its
 * parameters.
 */
final class ClusterSecrets {
  private static final int BYTES = 32;

  private final SsmClient ssm;
  private final ClusterNames names;
  private final Tag tag;

  /**
   * @param clusterTag the key of the tag that tells clusters apart
   */
  ClusterSecrets(SsmClient ssm, ClusterNames names, String clusterTag) {
    this.ssm = ssm;
    this.names = names;
    this.tag = Tag.builder().key(clusterTag).value(names.prefix()).build();
  }

  /** The parameters. */
  List<String> parameters() {
    return List.of(names.userToken(), names.operatorToken(), names.webhookSecret());
  }

  /** Of what type a parameter is; empty if it is not there. */
  Optional<ParameterType> typeOf(String parameter) {
    try {
      return Optional.of(ssm.getParameter(r -> r.name(parameter)).parameter().type());
    } catch (ParameterNotFoundException e) {
      return Optional.empty();
    }
  }

  /** The token of users; empty if there is none. */
  Optional<Secret> user() {
    try {
      return Optional.of(
          new Secret(
              ssm.getParameter(r -> r.name(names.userToken()).withDecryption(true))
                  .parameter()
                  .value()));
    } catch (ParameterNotFoundException e) {
      return Optional.empty();
    }
  }

  /**
   * Makes those that are missing; those that are there stay as they are.
   *
   * @param random must be one that nobody can predict
   * @return those that were made
   */
  List<String> makeMissing(RandomGenerator random) {
    List<String> made = new ArrayList<>();
    for (String parameter : parameters()) {
      if (typeOf(parameter).isEmpty() && make(parameter, random)) {
        made.add(parameter);
      }
    }
    return made;
  }

  private boolean make(String parameter, RandomGenerator random) {
    byte[] bytes = new byte[BYTES];
    random.nextBytes(bytes);
    // As argus.web.callbacks.secret must be, and a token that needs no quoting anywhere.
    String value =
        parameter.equals(names.webhookSecret())
            ? "whsec_" + Base64.getEncoder().encodeToString(bytes)
            : Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    try {
      ssm.putParameter(
          r ->
              r.name(parameter)
                  .type(ParameterType.SECURE_STRING)
                  .value(value)
                  .overwrite(false)
                  .tags(tag));
      return true;
    } catch (ParameterAlreadyExistsException e) {
      return false; // somebody else was faster
    }
  }

  /** Removes them; returns those that were there. */
  List<String> remove() {
    List<String> removed = new ArrayList<>();
    for (String parameter : parameters()) {
      try {
        ssm.deleteParameter(r -> r.name(parameter));
        removed.add(parameter);
      } catch (ParameterNotFoundException e) {
        // it is gone, as it should be
      }
    }
    return removed;
  }

  /** The command that shows a token to who may see it. */
  static String show(String parameter) {
    return "aws ssm get-parameter --with-decryption --query Parameter.Value --output text --name "
        + parameter;
  }
}
