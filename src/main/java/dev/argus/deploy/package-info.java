/**
 * Argus on a team's own AWS account.
 *
 * <ul>
 *   <li>{@link dev.argus.deploy.Provision} makes a plan, asks, and deploys {@code
 *       deploy/argus.yaml}: buckets first, then the release, then everything else (decision record
 *       11).
 *   <li>{@link dev.argus.deploy.Doctor} looks at everything a cluster needs and says a {@link
 *       dev.argus.deploy.Finding} for each: classes that end in {@code Check} or {@code Checks}.
 *   <li>{@link dev.argus.deploy.Teardown} ends the web nodes, then the app nodes, and removes the
 *       stack.
 * </ul>
 *
 * <p>All of it knows {@link dev.argus.deploy.Services}, the SDK's clients, and none of the tiers.
 */
package dev.argus.deploy;
