package dev.argus.deploy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * What is asked of {@link Provision}.
 *
 * @param parameters of the template, by name; those of a stack that is there stay as they are
 * @param template {@code deploy/argus.yaml}
 * @param release the zip that nodes install
 * @param jar Argus's own, which must be in the release; empty if any release will do
 * @param update whether a cluster that is there may be changed
 * @param dryRun whether to do nothing
 * @param patience how long to wait until the web tier is ready; zero not to look
 */
public record ProvisionOptions(
    Map<String, String> parameters,
    Path template,
    Path release,
    Optional<Path> jar,
    boolean update,
    boolean dryRun,
    Duration patience) {

  public ProvisionOptions {
    parameters = Map.copyOf(parameters);
  }
}
