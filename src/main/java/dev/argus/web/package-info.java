/**
 * The web tier: takes photos from clients, owes each an answer, and gives it.
 *
 * <p>{@link dev.argus.web.WebTier} is the whole, and {@link dev.argus.web.Wiring} its parts. A
 * photo meets them in this order:
 *
 * <ul>
 *   <li>Connections: {@link dev.argus.web.Connections}, {@link dev.argus.web.ConnectionStage},
 *       {@link dev.argus.web.Tls}; beyond the limit {@link dev.argus.web.Overfull}. Closed by a
 *       {@link dev.argus.web.LingeringClose}.
 *   <li>Who may do what: {@link dev.argus.web.Entrance} with {@link dev.argus.web.BrowserGuard},
 *       {@link dev.argus.web.Access}, {@link dev.argus.web.SecurityHeaders}.
 *   <li>URLs: {@link dev.argus.web.WebRoutes}, in an {@link dev.argus.web.EveryAnswer}.
 *   <li>Whether there is room: {@link dev.argus.web.Door} with {@link dev.argus.web.ClientRates}
 *       and {@link dev.argus.web.Admission}; its word is a {@link dev.argus.web.Verdict}.
 *   <li>Uploads: {@link dev.argus.web.UploadHandler}, {@link dev.argus.web.UploadReader} with its
 *       {@link dev.argus.web.BodyWatch}, {@link dev.argus.web.Intake}, {@link
 *       dev.argus.web.PhotoSubmitter}, {@link dev.argus.web.IdempotencyKeys}.
 *   <li>Several in one request: {@link dev.argus.web.BatchUpload}, {@link dev.argus.web.Window},
 *       {@link dev.argus.web.Room}; told one by one by {@link dev.argus.web.BatchStreams}; asked
 *       for later by {@link dev.argus.web.BatchRoutes}.
 *   <li>From here to the answers it is {@link dev.argus.web.PhotoPath}, which the simulator runs
 *       too.
 *   <li>Storing, sending and waiting: {@link dev.argus.web.RequestActor}, one for each upload, with
 *       its {@link dev.argus.web.AcceptanceRecord}; {@link dev.argus.web.ResultWaiter} for who asks
 *       later.
 *   <li>Answers: {@link dev.argus.web.ReplyStream}, {@link dev.argus.web.ReplyRouter}, {@link
 *       dev.argus.web.Responses}.
 *   <li>The account of what is owed: {@link dev.argus.web.Ledger}, {@link
 *       dev.argus.web.Reconciliation}.
 * </ul>
 *
 * <p>Beside its path, and on one web node of the cluster ({@link dev.argus.web.ClusterDuties}): the
 * {@link dev.argus.web.Sweep} finds photos whose message was lost, with {@link
 * dev.argus.web.Overtaking} as its proof; {@link dev.argus.web.DeadLetters} answers those that no
 * app node could, and {@link dev.argus.web.DeadLetterAdmin} is the operator's hand on them. {@link
 * dev.argus.web.WebNodes} keeps the list of web nodes and their response queues. {@link
 * dev.argus.web.OpsFeed} tells those who watch what goes on, by {@link dev.argus.web.OpsView}.
 */
package dev.argus.web;
