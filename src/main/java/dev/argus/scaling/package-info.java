/**
 * The controller: starts app nodes as work piles up. They end themselves.
 *
 * <p>{@link dev.argus.scaling.ScalerActor} looks, decides and acts:
 *
 * <ul>
 *   <li>Look: {@link dev.argus.scaling.Lookout} reads queue and fleet. {@link
 *       dev.argus.scaling.FleetView} adds what nodes said themselves, {@link
 *       dev.argus.scaling.Presence} what EC2 forgot to show, {@link dev.argus.scaling.LaunchBook}
 *       what was launched and does not show yet, {@link dev.argus.scaling.Estimates} what a node
 *       can do. Together they are an {@link dev.argus.scaling.Observation}.
 *   <li>Decide: a {@link dev.argus.scaling.ScalingPolicy}, which is a pure function, makes a {@link
 *       dev.argus.scaling.Decision} of it: {@link dev.argus.scaling.DeadlinePolicy} by default,
 *       behind {@link dev.argus.scaling.MinimumPolicy}. {@link dev.argus.scaling.DecisionLog} keeps
 *       the reasons.
 *   <li>Act: {@link dev.argus.scaling.FleetChanges} makes the calls. Each launch is noted in S3
 *       first ({@link dev.argus.scaling.LeaderRecords}), so that no crash hides a node. {@link
 *       dev.argus.scaling.Trials} and {@link dev.argus.scaling.BackoffTimer} hold back launches
 *       while nodes do not come to serve; nodes that fell silent are ended once {@link
 *       dev.argus.scaling.HearingTime} shows that they could have been heard.
 * </ul>
 *
 * <p>{@link dev.argus.scaling.Controller} is all of this without the calls. {@link
 * dev.argus.scaling.Forecast} tells the web tier how long a photo would wait.
 */
package dev.argus.scaling;
